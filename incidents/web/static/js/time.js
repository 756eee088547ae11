/* Goes on where the server stopped: once a minute rewrites the words and the ring of every time left, and says aloud
   only that something crossed 30 minutes or its deadline, at most one sentence in 30 seconds. Without this script the
   words are those of the moment the page was drawn. Verdicts are never made here: the next page brings the server's. */
(() => {
  "use strict";
  const MINUTE = 60, DAY = 86400, SOON = 30 * MINUTE, QUIET = 30_000;
  let words = null;
  // The computer's own clock may be wrong: only its distance from the server's is used.
  const ahead = Date.parse(document.body.dataset.now) - Date.now();
  let saidAt = 0;

  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const duration = (minutes) => {
    const hours = Math.floor(minutes / 60), rest = minutes % 60;
    const parts = [];
    if (hours) parts.push(fill(words.hours, { n: hours }));
    if (rest || !hours) parts.push(fill(words.minutes, { n: rest }));
    return parts.join(" ");
  };

  const say = (sentence) => {
    if (Date.now() - saidAt < QUIET) return;
    saidAt = Date.now();
    document.getElementById("said").textContent = sentence;
  };

  /* Other scripts speak through this one, so that nobody hears two things at once. */
  document.addEventListener("say", (event) => say(event.detail));

  const paint = (left, tone, ring, text) => {
    const before = left.className;
    left.querySelector("b").textContent = text;
    left.className = `left left--${tone}`;
    const use = left.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${ring}`));
    if (before === left.className) return;
    if (tone === "late") say(words.overdue);
    if (tone === "soon") say(words.soon);
  };

  const tick = (left) => {
    const seconds = Number(left.dataset.due) - (Date.now() + ahead) / 1000;
    // Days are words with three forms in Russian; nothing that is a day away changes its meaning within a minute.
    if (Math.abs(seconds) >= DAY) return;
    if (seconds < 0) return paint(left, "late", "ring-late", fill(words.late, { time: duration(Math.ceil(-seconds / MINUTE)) }));
    const step = Math.min(12, Math.max(1, Math.ceil((seconds * 12) / Number(left.dataset.term ?? 7200))));
    // What nobody has begun yet must be begun while its usual minutes are still there.
    const need = Number(left.dataset.need ?? 0) * MINUTE, rest = seconds - need;
    const [soonest, pattern] = need ? [words.start_now, words.start] : [words.moment, words.left];
    const text = rest < MINUTE ? soonest : fill(pattern, { time: duration(Math.floor(rest / MINUTE)) });
    return paint(left, rest < SOON ? "soon" : "today", `ring-${step}`, text);
  };

  const tickAll = () => {
    words ??= JSON.parse(document.getElementById("time-words")?.dataset.words ?? "null");
    if (words) document.querySelectorAll(".left[data-due]").forEach(tick);
  };

  setInterval(tickAll, MINUTE * 1000);
  document.addEventListener("visibilitychange", () => document.hidden || tickAll());
})();
