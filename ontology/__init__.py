"""The language in which policies are written, and the packs that hold them."""
