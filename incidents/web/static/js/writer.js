/* The writer of an answer: the draft saves itself, its length is counted in the network's units, two wordings stand side by
   side. The text field is never replaced; without this script every button still works. What a colleague saved meanwhile
   the card's script (appeal.js) hands over as the event `card:draft`. Until the server has a text the browser keeps it
   (sessionStorage): without a connection, and when the session ended while somebody typed, nothing is lost. */
(() => {
  "use strict";
  const PAUSE = 1000, AGAIN = 5000;
  const writer = document.getElementById("writer");
  const field = document.getElementById("text");
  if (!writer || !field) return;
  const byId = (id) => document.getElementById(id);
  const parse = (text) => new DOMParser().parseFromString(text, "text/html").body.firstElementChild;

  /* ── The length, in the network's own units ───────────────────────────── */
  const size = (text) => ("utf16" in field.dataset ? text.length : [...text].length);
  const count = () => {
    const length = byId("length"), long = size(field.value.trim());
    length.textContent = length.dataset.words.replace("{n}", String(long).replace(/\B(?=(\d{3})+$)/g, "\u00a0"));
    length.classList.toggle("late", long > Number(field.dataset.longest));
  };

  /* ── The draft ────────────────────────────────────────────────────────── */
  let saved = field.defaultValue, saving = null, waiting = null;

  const version = () => writer.elements.answer_version;

  /* ── What the server does not have yet ────────────────────────────────── */
  const key = `kept:answer:${writer.dataset.keep}`, person = document.body.dataset.person;
  const shelf = (act) => { try { return act(sessionStorage); } catch { return null; } };
  const keep = (more = {}) => shelf((store) => store.setItem(key, JSON.stringify({ person, text: field.value, version: version().value, ...more })));
  const forget = () => shelf((store) => store.removeItem(key));
  const kept = () => { try { return JSON.parse(shelf((store) => store.getItem(key))); } catch { return null; } };
  const tell = (words) => { byId("draft").textContent = words; };

  const showConflict = (text) => {
    byId("draft-line")?.remove();
    const change = () => byId("draft-news").replaceChildren(parse(text));
    document.dispatchEvent(new CustomEvent("card:change", { detail: change }));
    byId("draft").textContent = "";
    // Who asked for the difference stood on a button that has gone.
    if (document.activeElement === document.body) byId("conflict-title").focus();
  };

  const send = async () => {
    const text = field.value;
    const answer = await fetch(writer.action, { method: "POST", body: new FormData(writer), headers: { "HX-Request": "true" } });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) {
      const way = new URL(elsewhere, location.href);
      if (!way.searchParams.has("next")) way.searchParams.set("next", location.pathname);
      return location.assign(way);
    }
    if (answer.status >= 500) throw new Error("the server is away");
    const body = await answer.text();
    if (answer.status === 409 && body.includes("conflict-title")) return showConflict(body);
    const part = parse(body);
    byId("draft").replaceChildren(part);
    if (answer.ok && part.dataset.version) {
      version().value = part.dataset.version;
      saved = text;
      if (field.value === text) forget();
      byId("draft-line")?.remove();
    }
    return undefined;
  };

  /* One at a time: the next saving must know the version that the last one made. */
  const save = async () => {
    clearTimeout(waiting);
    await saving;
    saving = send().catch(() => {
      tell(byId("draft").dataset.offline);
      waiting = setTimeout(() => field.value !== saved && !isOpen() && save(), AGAIN);
    }).finally(() => { saving = null; });
    return saving;
  };

  const isOpen = () => byId("draft-news").querySelector(".conflict");

  const later = () => {
    count();
    keep();
    clearTimeout(waiting);
    // While two texts stand side by side, nothing is written over either by itself.
    if ("autosave" in writer.dataset && !isOpen()) waiting = setTimeout(() => field.value !== saved && save(), PAUSE);
  };

  field.addEventListener("input", later);
  count();
  // What the text is for is saved with it; of an empty text nothing is kept.
  writer.addEventListener("change", (event) => {
    if (event.target.closest(".purposes") && "autosave" in writer.dataset && !isOpen() && field.value.trim()) save();
  });
  // A key that chooses what the text is for leads on to the text; arrows and pointer stay where they are.
  writer.addEventListener("click", (event) => {
    if (event.isTrusted || !event.target.matches(".kind")) return;
    // At once: the next key may already be a letter of the text.
    event.preventDefault();
    const tick = event.target.querySelector("input");
    if (!tick.checked) {
      tick.checked = true;
      tick.dispatchEvent(new Event("change", { bubbles: true }));
    }
    // A promise begins with its day.
    const day = byId("writer-promised");
    (tick.value === "deferral" && !day.value ? day : field).focus();
  });
  writer.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (field.value !== field.defaultValue) keep({ sent: true });
    if (!saving) return;
    event.preventDefault();
    const button = event.submitter;
    saving.then(() => writer.requestSubmit(button));
  });
  // Who takes the other text gives up what was typed here.
  byId("draft-news").addEventListener("submit", forget);
  byId("draft-news").addEventListener("click", (event) => {
    const keep = event.target.closest("[data-keep]");
    if (keep) {
      version().value = keep.dataset.keep;
      byId("draft-news").replaceChildren();
      field.focus();
      save();
    }
  });
  byId("draft-place").addEventListener("click", (event) => event.target.closest("[data-difference]") && save());

  /* What was typed here before the page went away: put back and saved; what was handed in already is not typed again. */
  const before = kept();
  if (before && !before.sent && before.text !== field.value) {
    field.value = before.text;
    version().value = before.version;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    tell(byId("draft").dataset.restored);
  } else if (before && (before.sent ? document.querySelector("[data-toast]") || before.text === field.value : true)) {
    forget();
  } else if (before) {
    const line = byId("unsent");
    line.hidden = false;
    line.querySelector("[data-bring-back]").addEventListener("click", () => {
      field.value = before.text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      line.hidden = true;
      field.focus();
    });
  }
  addEventListener("online", () => field.value !== saved && !isOpen() && save());

  document.addEventListener("card:draft", (event) => {
    const { line, version: theirs } = event.detail;
    if (theirs > Number(version().value) && !saving && !isOpen()) byId("draft-place").replaceChildren(line);
  });
})();
