# The service, run from its checkout as a user that may write to its home alone.
FROM python:3.11-slim

WORKDIR /app
COPY . .
RUN pip install --no-cache-dir --constraint constraints.txt --editable . \
 && useradd --create-home aidgraph \
 && install --directory --owner aidgraph --group aidgraph --mode 0700 /var/lib/aidgraph

USER aidgraph
ENV AIDGRAPH_HOME=/var/lib/aidgraph PYTHONUNBUFFERED=1
VOLUME /var/lib/aidgraph
EXPOSE 8050
CMD ["aidgraph", "serve"]
