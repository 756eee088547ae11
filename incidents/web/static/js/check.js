/* The check beside the text while it is typed: marks under the field, the list below it, the button that waits. The door
   keeps nothing. Without this script the list is drawn with the page, anew with every saving. */
(() => {
  "use strict";
  const PAUSE = 500;
  const writer = document.getElementById("writer"), field = document.getElementById("text"), under = document.getElementById("under");
  if (!writer || !field || !under) return;
  const list = () => document.getElementById("check");
  let marked = field.value, spans = [], waiting = null, asked = 0;

  /* ── Marks: a layer of the same letters, transparent, under the field ──── */
  const paint = () => {
    const parts = [];
    let end = 0;
    spans.forEach(([from, to, tone]) => {
      const mark = document.createElement("mark");
      mark.className = `m-${tone}`;
      mark.textContent = marked.slice(from, to);
      parts.push(marked.slice(end, from), mark);
      end = to;
    });
    // A line that ends the text would else have no height.
    under.replaceChildren(...parts, `${marked.slice(end)}\n`);
    under.scrollTop = field.scrollTop;
  };

  /* What was typed moves the marks behind it, and takes away those it touches. */
  const shift = () => {
    const text = field.value, most = Math.min(text.length, marked.length);
    let head = 0, tail = 0;
    while (head < most && text[head] === marked[head]) head += 1;
    while (tail < most - head && text[text.length - 1 - tail] === marked[marked.length - 1 - tail]) tail += 1;
    const rest = marked.length - tail, by = text.length - marked.length;
    spans = spans.flatMap(([from, to, tone]) => {
      if (to <= head) return [[from, to, tone]];
      return from >= rest ? [[from + by, to + by, tone]] : [];
    });
    marked = text;
    paint();
  };

  /* ── The list and the button ──────────────────────────────────────────── */
  const show = () => {
    const found = list(), forbids = Number(found.dataset.forbids);
    spans = JSON.parse(found.dataset.spans);
    marked = field.value;
    paint();
    // What is put off to one day, the text names already, need not be typed again; one sees it stand there.
    const day = document.getElementById("writer-promised"), named = found.querySelectorAll("[name=promise_shown]");
    if (day && !day.value && named.length === 1 && writer.elements.purpose?.value === "deferral" && document.activeElement !== day) day.value = named[0].value;
    const despite = document.getElementById("despite");
    if (despite) despite.hidden = !forbids;
    writer.querySelectorAll("[data-publishes]").forEach((button) => {
      button.disabled = forbids > 0;
      if (forbids) button.setAttribute("aria-describedby", "why-check");
      else button.removeAttribute("aria-describedby");
    });
  };

  const ask = async () => {
    const mine = ++asked, text = field.value;
    try {
      const answer = await fetch(writer.dataset.check, { method: "POST", body: new FormData(writer), headers: { "HX-Request": "true" } });
      if (!answer.ok || mine !== asked || text !== field.value) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("check");
      if (!fresh) return;
      const held = list().contains(document.activeElement) && document.activeElement;
      const isUnfolded = list().querySelector("details[open]") !== null;
      list().replaceWith(fresh);
      fresh.querySelector("details")?.toggleAttribute("open", isUnfolded);
      show();
      // The line one stood on may be another by now: the focus stays in the list.
      if (held) (fresh.querySelector(held.value ? `[value="${held.value}"]` : "button") ?? field).focus();
    } catch { /* no connection: the marks stay as they are */ }
  };

  const soon = () => {
    shift();
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  };

  field.addEventListener("input", soon);
  field.addEventListener("scroll", () => { under.scrollTop = field.scrollTop; });
  writer.addEventListener("change", (event) => { if (event.target.closest(".purposes")) ask(); });

  writer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-from]");
    if (!button) return;
    const from = Number(button.dataset.from), to = Number(button.dataset.to), put = button.dataset.put;
    field.focus();
    field.setSelectionRange(from, to);
    if (put === undefined) return;
    const old = field.value.slice(from, to), isBig = old[0] !== old[0].toLowerCase();
    // So that the browser's own "undo" takes it back.
    if (!document.execCommand("insertText", false, isBig ? put[0].toUpperCase() + put.slice(1) : put)) {
      field.setRangeText(put, from, to, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  show();
  if (field.value !== field.defaultValue) soon();
})();
