/* The one dispatcher of keys: whatever bears `data-key` is clicked (a field: focused) by that key, and stands in the sheet
   of keys. A key is its physical place (`KeyJ`, `Slash`, `Ctrl+Enter`, `Shift+KeyJ`), so that it works in the Russian
   layout; a sequence has a space (`KeyG KeyQ`). Silent while typing, but for keys with Ctrl; keys without Ctrl can be
   switched off in the profile (`data-keys="off"` on the body). A hidden list `[data-keys-list]` names keys whose acts are
   a script's own: it hears the click on the line. Without this script every link and button still works.

   It stands ahead of all other scripts and does not wait for the page: a key that is pressed while the page comes, or
   after an act that leads to the next one, is meant for what one is about to see, and is heard there. */
(() => {
  "use strict";
  // At once: what only stands there without scripts must not be seen going away.
  document.documentElement.classList.add("scripted");
  const PAUSE = 1200, LEAVING = 2000, TWICE = 600, AHEAD = "keys-ahead";
  const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), select, textarea, [contenteditable]";
  const FIELDS = "input:not([type=checkbox]):not([type=radio]), select, textarea";
  const WORDS = { Slash: "/", Period: ".", Comma: ",", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", Space: "␣" };
  let begun = "", forgetting = null;
  // `last`: the key before this one; `ahead`: those that wait for their page.
  let isHere = false, isLeft = false, last = {}, ahead = [];

  const isShown = (element) => element.getClientRects().length > 0;
  const isListed = (element) => element.closest("[data-keys-list]") || element.matches(".side-link");
  const room = () => [...document.querySelectorAll("dialog:modal")].at(-1) ?? document;
  const all = () => [...room().querySelectorAll("[data-key]")].filter((each) => !("natural" in each.dataset));

  const pressed = (event) => {
    const parts = [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"];
    // In a layout where the question mark lies elsewhere, the sign counts too.
    const code = event.key === "?" ? "Slash" : event.code.replace("NumpadEnter", "Enter");
    return [...parts, code].filter(Boolean).join("+");
  };

  const find = (key, field) => {
    const found = all().filter((each) => each.dataset.key === key);
    // What is typed in one form must not send another.
    const near = field && key.endsWith("+Enter") ? found.filter((each) => each.form && each.form === field.form) : found;
    return near.find(isShown) ?? near.find(isListed);
  };

  const act = (target) => {
    if (target.disabled) {
      const why = document.getElementById(target.getAttribute("aria-describedby") ?? "");
      document.getElementById("said").textContent = why?.textContent ?? "";
      return;
    }
    if (target.matches(FIELDS)) {
      target.focus();
      return;
    }
    const fold = target.matches("summary") && !("dialog" in target.parentElement.dataset) && target.parentElement;
    // A key leads to what is asked; it does not shut what stands open already.
    if (!fold || !fold.open) target.click();
    if (fold && fold.open) fold.querySelector("select, input:not([type=hidden]), textarea")?.focus();
  };

  const begin = (key) => {
    begun = key;
    clearTimeout(forgetting);
    forgetting = setTimeout(() => { begun = ""; }, PAUSE);
  };

  /* Does the key mean something here? Then it is done. */
  const hear = (event) => {
    const key = pressed(event);
    const field = document.activeElement?.closest(TYPING);
    if (!key.startsWith("Ctrl+") && (field || document.body.dataset.keys === "off")) return false;
    const whole = begun ? `${begun} ${key}` : key;
    begun = "";
    const target = find(whole, field) ?? find(key, field);
    if (target) act(target);
    else if (all().some((each) => each.dataset.key.startsWith(`${whole} `))) begin(whole);
    else return false;
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat && event.code === "Enter") return;
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    if (!isHere) {
      wait(event);
      return;
    }
    last = { code: event.code, at: Date.now() };
    if (hear(event)) event.preventDefault();
  });

  /* ── Keys that come before their page ──────────────────────────────────── */
  const shelf = (act) => { try { return act(sessionStorage); } catch { return null; } };
  const keep = () => shelf((store) => store.setItem(AHEAD, JSON.stringify({ last, ahead, at: Date.now() })));

  /* Ctrl is left to the browser: nobody publishes what he has not seen. A key pressed twice in haste is one; a blank scrolls,
     unless it stands among letters. */
  const wait = (event) => {
    const isFirst = !ahead.length;
    const isPlain = (event.key.length === 1 && !(isFirst && event.key === " ")) || event.key === "Enter" || event.key === "Escape";
    if (!isPlain || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING)) return;
    event.preventDefault();
    if (event.repeat || isFirst && event.code === last.code && Date.now() - last.at < TWICE) return;
    ahead.push({ key: event.key, code: event.code, shiftKey: event.shiftKey });
    if (isLeft) keep();
  };

  /* One after the other, since each may open a field for the next, or lead to another page, which hears the rest. */
  const hearAhead = () => {
    if (isLeft) return;
    const event = ahead.shift();
    isHere = !event;
    if (!event) return;
    const here = document.activeElement;
    if (here?.matches("textarea, input") && here.matches(TYPING)) {
      if (event.key.length === 1) document.execCommand("insertText", false, event.key);
    } else if (!hear(event) && event.key === "Enter" && here?.matches("a[href]")) here.click();
    setTimeout(hearAhead);
  };

  const stay = () => {
    isLeft = false;
    shelf((store) => store.removeItem(AHEAD));
    hearAhead();
  };

  addEventListener("beforeunload", () => {
    [isHere, isLeft] = [false, true];
    keep();
    // Where it was a file, or nothing came, one stays.
    setTimeout(() => isLeft && stay(), LEAVING);
  });
  addEventListener("pageshow", (event) => event.persisted && stay());
  document.addEventListener("DOMContentLoaded", stay);

  const brought = JSON.parse(shelf((store) => store.getItem(AHEAD)) ?? "null");
  if (brought && Date.now() - brought.at < 5 * LEAVING) ({ last, ahead } = brought);

  /* ── The sheet of keys: what stands on this page, in its own words ─────── */
  const word = (key) => (key === "Shift+Slash" ? ["?"] : key.split("+").map((part) => WORDS[part] ?? part.replace(/^(Key|Digit)/, "")));

  const does = (element) => {
    if (element.dataset.does || element.getAttribute("aria-label")) return element.dataset.does || element.getAttribute("aria-label");
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd, .count, svg").forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ").trim().replace(/…$/, "");
  };

  const line = (element) => {
    const row = document.createElement("div"), keys = document.createElement("dt"), what = document.createElement("dd");
    element.dataset.key.split(" ").flatMap(word).forEach((each) => {
      const cap = document.createElement("kbd");
      cap.textContent = each;
      keys.append(cap, " ");
    });
    what.textContent = does(element);
    row.append(keys, what);
    return row;
  };

  const fill = (sheet) => {
    const here = sheet.querySelector("[data-keys-here]"), everywhere = sheet.querySelector("[data-keys-everywhere]");
    const seen = new Set();
    [here, everywhere].forEach((list) => list.replaceChildren());
    document.querySelectorAll("[data-key]").forEach((element) => {
      const isEverywhere = element.closest("[data-everywhere]");
      const isWanted = isShown(element) || isListed(element);
      if (!isWanted || seen.has(element.dataset.key) || sheet.contains(element)) return;
      seen.add(element.dataset.key);
      (isEverywhere ? everywhere : here).append(line(element));
    });
    sheet.querySelector("[data-keys-none]").hidden = here.childElementCount > 0;
  };

  document.addEventListener("click", (event) => {
    const sheet = document.getElementById("keys");
    if (!sheet || !event.target.closest("[data-opens-keys]")) return;
    event.preventDefault();
    if (sheet.open) return;
    fill(sheet);
    sheet.showModal();
  });
})();
