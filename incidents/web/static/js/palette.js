/* The palette (Ctrl+K): a dialog with one field and a list. Places and acts come from this very page, appeals, departments
   and topics from the search. Arrows move, Enter goes, Esc closes; what is typed stays typed. Without this script the
   same link leads to the page of the search. */
document.addEventListener("sheets", () => {
  "use strict";
  const PAUSE = 150, MOST = 6;
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const field = dialog.querySelector("input"), list = dialog.querySelector("[role=listbox]"), said = dialog.querySelector("[role=status]");
  const words = dialog.dataset;
  let waiting = null, question = null, chosen = 0, answer = { appeals: [], doors: [] };

  const plain = (text) => text.toLowerCase().replaceAll("ё", "е");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const isShown = (element) => element.getClientRects().length > 0;

  const label = (element) => {
    if (element.dataset.does || element.getAttribute("aria-label")) return element.dataset.does || element.getAttribute("aria-label");
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd, .count, svg").forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  const fits = (text) => plain(field.value).split(/\s+/).every((part) => plain(text).includes(part));

  const places = () => {
    const seen = new Set();
    return [...document.querySelectorAll(".side .side-link[href]")].filter((link) => !link.matches(".find") && !seen.has(link.href) && seen.add(link.href))
      .map((link) => ({ label: label(link), href: link.href, note: "" })).filter((each) => fits(each.label));
  };

  const acts = () => [...document.querySelectorAll("main [data-key]")]
    .filter((each) => isShown(each) && !each.disabled && !each.matches("input, select, textarea"))
    .map((each) => ({ label: label(each), note: "", target: each })).filter((each) => each.label && fits(each.label));

  const option = (item, index) => {
    const row = document.createElement("div"), name = document.createElement("b"), note = document.createElement("span");
    row.id = `palette-${index}`;
    row.setAttribute("role", "option");
    name.textContent = item.label;
    note.textContent = item.note;
    row.append(name, " ", note);
    row.addEventListener("click", () => go(item));
    return row;
  };

  const group = (title, items, from) => {
    const part = document.createElement("div"), head = document.createElement("div");
    part.setAttribute("role", "group");
    part.setAttribute("aria-label", title);
    head.className = "palette-head";
    head.setAttribute("aria-hidden", "true");
    head.textContent = title;
    part.append(head, ...items.map((item, at) => option(item, from + at)));
    return part;
  };

  const mark = (index) => {
    const all = options();
    chosen = all.length ? (index + all.length) % all.length : 0;
    all.forEach((each, at) => each.setAttribute("aria-selected", String(at === chosen)));
    field.setAttribute("aria-activedescendant", all.length ? all[chosen].id : "");
    all[chosen]?.scrollIntoView({ block: "nearest" });
  };

  const draw = () => {
    const typed = field.value.trim(), groups = [];
    if (answer.appeals.length) groups.push([words.appeals, answer.appeals]);
    groups.push([words.places, places().slice(0, typed ? MOST : 20)], [words.acts, acts().slice(0, MOST)], [words.doors, answer.doors]);
    if (typed) groups.push([words.search, [{ label: words.all.replace("{words}", typed), note: "", href: `${words.page}?q=${encodeURIComponent(typed)}` }]]);
    let from = 0;
    list.replaceChildren(...groups.filter(([, items]) => items.length).map(([title, items]) => {
      const part = group(title, items, from);
      from += items.length;
      return part;
    }));
    mark(0);
    said.textContent = words.count.replace("{n}", String(from));
  };

  const go = (item) => {
    dialog.close();
    if (item.href) location.assign(item.href);
    else if (item.target.isConnected) item.target.click();
  };

  const ask = async () => {
    question?.abort();
    question = new AbortController();
    const typed = field.value.trim();
    if (!typed) return;
    try {
      const reply = await fetch(`${words.quick}?q=${encodeURIComponent(typed)}`, { signal: question.signal, cache: "no-store" });
      if (reply.redirected || !reply.ok) return;
      answer = await reply.json();
      draw();
    } catch { /* typed on, or no connection: places and acts stand all the same */ }
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    answer = { appeals: [], doors: [] };
    draw();
    waiting = setTimeout(ask, PAUSE);
  });

  field.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 };
    if (event.key in moves) {
      event.preventDefault();
      mark(moves[event.key]);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      options()[chosen]?.click();
    } else if (event.code === "KeyK" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      dialog.close();
    }
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    dialog.showModal();
    field.select();
    draw();
  });
  // Outside of the box is its backdrop.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}, { once: true });
