/* What is typed into a long field is kept in this window of the browser until it was sent: a session that ends, a lost
   connection or a closed lid lose nothing. It is given back on the same page to the same person only, and forgotten
   with the window. The writer of an answer keeps its own text (writer.js), under the same first letters, so that it is
   forgotten with the rest. Of two windows that disagree about who is signed in, each says so. */
(() => {
  "use strict";
  const PREFIX = "kept:", PAUSE = 400, LONGEST = 50_000;
  const person = document.body.dataset.person;
  const words = document.getElementById("lines").dataset;
  const room = `${PREFIX}${location.pathname}:`;
  const came = performance.getEntriesByType("navigation")[0]?.type ?? "navigate";
  const fields = () => [...document.querySelectorAll("main form[method=post] textarea[name]")].filter((each) => !each.readOnly && !each.form.dataset.keep);
  const keyOf = (field) => `${room}${new URL(field.form.action, location).pathname}:${field.name}`;

  const read = (key) => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };

  const write = (key, value) => {
    try {
      sessionStorage.setItem(key, JSON.stringify(value));
    } catch { /* full or forbidden: the page works without it */ }
  };

  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-quiet";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };

  /* The line above a field whose text came back, with a way to undo that. */
  const tell = (field, kept, isPut) => {
    const line = document.createElement("p");
    line.className = "kept-line";
    line.setAttribute("role", "status");
    const at = new Date(kept.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone: words.zone });
    line.append((isPut ? words.restored : words.aside).replace("{time}", at), " ");
    const put = (text) => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      line.remove();
      field.focus();
    };
    line.append(button(isPut ? words.drop : words.put, () => put(isPut ? kept.base : kept.text)));
    field.before(line);
  };

  const restore = (field) => {
    const key = keyOf(field), kept = read(key);
    if (!kept) return;
    // Sent, and the answer came as a page: what was refused stands in the field, what was taken is done with.
    const isDone = kept.sent && came === "navigate";
    if (kept.person !== person || isDone || kept.text === field.value) {
      sessionStorage.removeItem(key);
      return;
    }
    const isPut = field.value === kept.base || field.value === "";
    if (isPut) {
      field.value = kept.text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    tell(field, kept, isPut);
  };

  const waiting = new Map();
  const keep = (field) => {
    const key = keyOf(field);
    clearTimeout(waiting.get(key));
    waiting.set(key, setTimeout(() => {
      if (field.value === field.defaultValue) sessionStorage.removeItem(key);
      else if (field.value.length <= LONGEST) write(key, { person, text: field.value, base: field.defaultValue, at: Date.now() });
    }, PAUSE));
  };

  const forgetAll = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => sessionStorage.removeItem(key));

  document.addEventListener("input", (event) => {
    if (event.isTrusted && fields().includes(event.target)) keep(event.target);
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.action.endsWith("/sign-out")) {
      forgetAll();
      agree?.postMessage("");
      return;
    }
    fields().filter((each) => each.form === event.target).forEach((each) => {
      clearTimeout(waiting.get(keyOf(each)));
      const kept = read(keyOf(each)) ?? { person, text: each.value, base: each.defaultValue, at: Date.now() };
      if (each.value !== each.defaultValue) write(keyOf(each), { ...kept, text: each.value, sent: true });
    });
  });

  /* Another person's words must not wait here for whoever comes next. */
  Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX) && read(key)?.person !== person).forEach((key) => sessionStorage.removeItem(key));
  fields().forEach(restore);

  /* Windows of one browser share one session. */
  const agree = "BroadcastChannel" in window ? new BroadcastChannel("incidents") : null;
  agree?.addEventListener("message", (event) => {
    const line = document.getElementById("lines");
    if (event.data === person) {
      if (line.dataset.shown === "elsewhere") line.hidden = true;
      return;
    }
    line.dataset.shown = "elsewhere";
    line.querySelector("p").textContent = event.data ? words.other : words.left;
    line.hidden = false;
  });
  agree?.postMessage(person);
})();
