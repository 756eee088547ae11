/* Sending a form over a slow line: it goes once, its button says so and keeps its width, after eight seconds a line tells
   that the text is safe; without any connection it is not sent at all, since the browser's own page of failure would
   take the place of what was typed. The line also tells that the connection is gone or back. */
(() => {
  "use strict";
  const SHORT = 300, LONG = 8_000;
  const lines = document.getElementById("lines");
  const words = lines.dataset;

  const tell = (name) => {
    if (lines.dataset.shown === name) return;
    lines.dataset.shown = name;
    lines.querySelector("p").textContent = words[name] ?? "";
    lines.hidden = !name;
  };

  const timers = new WeakMap();

  const wait = (form, button) => {
    button?.setAttribute("aria-busy", "true");
    const soon = setTimeout(() => {
      if (!button || button.matches(".btn-icon, .offer")) return;
      button.style.minWidth = `${button.offsetWidth}px`;
      form.sentButton = { button, inside: [...button.childNodes] };
      button.replaceChildren(words.sending);
    }, SHORT);
    timers.set(form, [soon, setTimeout(() => tell("slow"), LONG)]);
  };

  const free = (form) => {
    delete form.dataset.sent;
    (timers.get(form) ?? []).forEach(clearTimeout);
    if (form.sentButton) form.sentButton.button.replaceChildren(...form.sentButton.inside);
    delete form.sentButton;
    [...form.elements, ...document.querySelectorAll("button[aria-busy]")].forEach((each) => each.removeAttribute("aria-busy"));
    if (lines.dataset.shown === "slow") tell("");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented || form.method !== "post") return;
    if (!navigator.onLine) {
      event.preventDefault();
      lines.dataset.shown = "";
      tell("offline");
      lines.focus();
      return;
    }
    form.dataset.sent = "yes";
    wait(form, event.submitter);
  });
  const freeAll = () => document.querySelectorAll("form[data-sent]").forEach(free);
  addEventListener("pageshow", freeAll);
  document.addEventListener("htmx:finally:request", freeAll);

  addEventListener("offline", () => tell("offline"));
  addEventListener("online", () => {
    tell("online");
    setTimeout(() => lines.dataset.shown === "online" && tell(""), LONG);
  });
  if (!navigator.onLine) tell("offline");
})();
