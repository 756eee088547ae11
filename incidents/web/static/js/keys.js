/* The one dispatcher of keys: whatever bears `data-key` is clicked (a field: focused) by that key, and stands in the sheet
   of keys. A key is its physical place (`KeyJ`, `Slash`, `Ctrl+Enter`, `Shift+KeyJ`), so that it works in the Russian
   layout; a sequence has a space (`KeyG KeyQ`). Silent while typing, but for keys with Ctrl; keys without Ctrl can be
   switched off in the profile (`data-keys="off"` on the body). A hidden list `[data-keys-list]` names keys whose acts are
   a script's own: it hears the click on the line. Without this script every link and button still works. */
(() => {
  "use strict";
  const PAUSE = 1200;
  const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), select, textarea, [contenteditable]";
  const FIELDS = "input:not([type=checkbox]):not([type=radio]), select, textarea";
  const WORDS = { Slash: "/", Period: ".", Comma: ",", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", Space: "␣" };
  const isOff = document.body.dataset.keys === "off";
  const sheet = document.getElementById("keys");
  let begun = "", forgetting = null;

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

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat && event.code === "Enter") return;
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    const key = pressed(event);
    const field = event.target.closest?.(TYPING);
    if (!key.startsWith("Ctrl+") && (field || isOff)) return;
    const whole = begun ? `${begun} ${key}` : key;
    begun = "";
    const target = find(whole, field) ?? find(key, field);
    if (target) {
      event.preventDefault();
      act(target);
    } else if (all().some((each) => each.dataset.key.startsWith(`${whole} `))) {
      event.preventDefault();
      begin(whole);
    }
  });

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

  const fill = () => {
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
    if (!sheet || !event.target.closest("[data-opens-keys]")) return;
    event.preventDefault();
    if (sheet.open) return;
    fill();
    sheet.showModal();
  });
})();
