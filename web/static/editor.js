// Line numbers beside the text of a file, and the way from what was found to its line. The text works without this file.
"use strict";

(() => {
  const editor = document.querySelector("[data-editor]");
  const text = editor?.querySelector("textarea");
  if (!text) return;
  const lines = editor.querySelector("[data-lines]");
  const place = document.querySelector("[data-place]");
  let shown = 0;

  const number = () => {
    const count = text.value.split("\n").length;
    if (count !== shown) lines.textContent = Array.from({ length: count }, (_, at) => at + 1).join("\n");
    shown = count;
    follow();
  };
  const follow = () => {
    lines.style.height = `${text.offsetHeight}px`;
    lines.scrollTop = text.scrollTop;
  };
  const tell = () => {
    const before = text.value.slice(0, text.selectionStart).split("\n");
    place.textContent = place.dataset.place.replace("{line}", before.length).replace("{column}", before.at(-1).length + 1);
  };
  const go = (line) => {
    const all = text.value.split("\n");
    const wanted = Math.min(Math.max(line, 1), all.length);
    const start = all.slice(0, wanted - 1).reduce((sum, each) => sum + each.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + all[wanted - 1].length);
    const height = parseFloat(getComputedStyle(text).lineHeight);
    text.scrollTop = Math.max(0, (wanted - 4) * height);
    text.scrollLeft = 0;
    tell();
  };

  for (const link of document.querySelectorAll("a[data-line]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      go(Number(link.dataset.line));
    });
  }
  const asked = () => {
    const line = /^#line-(\d+)$/.exec(location.hash);
    if (line) go(Number(line[1]));
  };
  text.addEventListener("input", number);
  text.addEventListener("scroll", follow);
  for (const moved of ["keyup", "click", "focus"]) text.addEventListener(moved, tell);
  new ResizeObserver(follow).observe(text);
  addEventListener("hashchange", asked);
  number();
  asked();
})();
