"use strict";
const charts = JSON.parse(document.getElementById("charts").textContent);
const root = document.documentElement;
const byId = (id) => document.getElementById(id);

function draw() {
  for (const [id, figure] of Object.entries(charts[root.dataset.lang])) {
    byId(id).style.height = `${figure.layout.height + 20}px`;
    Plotly.react(id, figure.data, figure.layout, { displayModeBar: false, responsive: true });
  }
}

function speak(lang) {
  root.dataset.lang = lang;
  root.lang = lang === "zh" ? "zh-CN" : "en";
  byId("language").textContent = lang === "zh" ? "EN" : "中文";
  for (const option of document.querySelectorAll("option[data-zh]")) option.textContent = option.dataset[lang];
  draw();
  filter();
}

function filter() {
  const question = byId("by-question").value;
  const region = byId("by-region").value;
  const text = byId("by-text").value.trim().toLowerCase();
  let shown = 0;
  for (const section of document.querySelectorAll("section.question")) {
    section.hidden = question !== "" && section.dataset.question !== question;
    for (const finding of section.querySelectorAll(".finding")) {
      const fits = (region === "" || finding.dataset.region === region) && finding.dataset.text.toLowerCase().includes(text);
      finding.hidden = !fits;
      shown += fits && !section.hidden ? 1 : 0;
    }
  }
  const all = document.querySelectorAll(".finding").length;
  byId("showing").textContent = root.dataset.lang === "zh" ? `显示 ${shown} / ${all} 条` : `${shown} of ${all} shown`;
}

function follow() {
  const target = location.hash ? byId(decodeURIComponent(location.hash.slice(1))) : null;
  if (target instanceof HTMLDetailsElement) target.open = true;
  if (target) target.scrollIntoView();
}

byId("language").addEventListener("click", () => speak(root.dataset.lang === "zh" ? "en" : "zh"));
byId("print").addEventListener("click", () => window.print());
for (const id of ["by-question", "by-region", "by-text"]) byId(id).addEventListener("input", filter);
window.addEventListener("hashchange", follow);
speak("zh");
follow();
