// Small conveniences of every page. Everything works without this file.
"use strict";

(() => {
  // The error summary takes the focus, so that a screen reader starts from it; not from who has begun to type already.
  if (!document.activeElement?.matches("input, textarea, select")) document.querySelector("[data-focus]")?.focus();

  // What was done is told where one arrives: a way into the middle of a page leads past its top, where the message stands.
  const told = [...document.querySelectorAll("[data-told]")];
  const arrived = told.length && location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const part = arrived?.closest(".main section, .main form");
  if (part) {
    part.prepend(...told);
    told[0].tabIndex = -1;
    addEventListener("load", () => setTimeout(() => { // the browser goes to the part, and takes the focus from what has it
      if (document.activeElement === document.body) told[0].focus({ preventScroll: true });
      told[0].scrollIntoView();
    }));
  }

  // A link to a group of choices moves the focus to its first control.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    const control = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
    if (!control) return;
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    control.focus();
  });

  // "Why this date?" opens the explanation it points to.
  const openTarget = () => {
    const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    if (target?.matches("details")) target.open = true;
  };
  addEventListener("hashchange", openTarget);
  openTarget();

  // Printing shows what is folded away.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details[data-print]:not([open])")) {
      details.open = true;
      details.dataset.opened = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const details of document.querySelectorAll("details[data-opened]")) {
      details.open = false;
      delete details.dataset.opened;
    }
  });

  // A table wider than its place is scrolled by keyboard as well: it takes the focus, named by the heading above it.
  const reach = (wrap) => {
    for (const name of ["tabindex", "role", "aria-labelledby"]) wrap.removeAttribute(name);
    if (wrap.scrollWidth <= wrap.clientWidth) return;
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "group");
    const named = wrap.closest("[aria-labelledby]");
    if (named) wrap.setAttribute("aria-labelledby", named.getAttribute("aria-labelledby"));
  };
  const watch = new ResizeObserver((changed) => {
    for (const { target } of changed) {
      const wrap = target.closest(".table-wrap"); // none around a table that has just been drawn anew
      if (wrap) reach(wrap);
    }
  });
  for (const wrap of document.querySelectorAll(".table-wrap:not([tabindex])")) {
    reach(wrap);
    for (const box of [wrap, ...wrap.children]) watch.observe(box);
  }

  // A file that the house would not take is told before it is sent: of what is too large, it reads nothing, not even the name.
  document.addEventListener("submit", (event) => {
    const { largest, tooLarge } = document.body.dataset;
    for (const input of event.target.querySelectorAll("input[type=file]")) {
      document.getElementById(`${input.id}-too-large`)?.remove();
      const file = [...input.files].find((one) => one.size > largest - 65536); // the rest of the form needs its room
      if (!file) continue;
      event.preventDefault();
      const told = document.createElement("span");
      Object.assign(told, { id: `${input.id}-too-large`, className: "field-error", textContent: tooLarge.replace("…", file.name) });
      input.before(told);
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${told.id}`.trim());
      input.focus();
    }
  });

  // A double click sends a form once: the second would begin another draft or case.
  const AGAIN = 3000; // milliseconds after which a form that leads to no other page, as a download, is sent again
  document.addEventListener("input", (event) => delete event.target.form?.dataset.sent); // other answers are another sending
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "";
    setTimeout(() => delete form.dataset.sent, AGAIN);
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // Where answers decide which questions are asked, the questions follow by themselves; the button stays for who has no scripts.
  for (const button of document.querySelectorAll("button[data-questions]")) {
    const form = button.form;
    let turn = 0;
    button.parentElement.hidden = true;
    form.addEventListener("change", async (event) => {
      if (!event.target.closest("[data-field]")) return;
      const mine = ++turn;
      const sent = new FormData(form);
      for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
      sent.set(button.name, button.value);
      try {
        const answer = await fetch(form.getAttribute("action"), { method: "POST", body: sent });
        if (!answer.ok || mine !== turn) return;
        const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const field of form.querySelectorAll("[data-field]")) {
          const there = drawn.getElementById(field.id);
          if (!there) continue;
          field.hidden = there.hidden;
          const [mark, now] = [field, there].map((each) => each.querySelector("[data-optional]"));
          if (mark && now) mark.hidden = now.hidden;
        }
      } catch {
        button.parentElement.hidden = false; // the way without scripts
      }
    });
  }

  // Copy what was typed, and say so in words.
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
      document.getElementById(`${button.dataset.copy}-copied`).textContent = button.dataset.copied;
    });
  }

  // One-letter shortcuts: never while typing, never with a modifier, and only where they are switched on (WCAG 2.1.4).
  if (!("shortcuts" in document.body.dataset)) return;
  const rows = () => [...document.querySelectorAll(".task-row .what")];
  const move = (step) => {
    const all = rows();
    const at = all.findIndex((row) => row.closest(".task-row").contains(document.activeElement));
    all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
  };
  const press = (selector) => {
    const control = document.querySelector(selector);
    if (control) control.click();
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    c: () => (document.activeElement?.closest(".task-row")?.querySelector("[data-key=c]") ?? document.querySelector(".main [data-key=c]:not(.task-row *)"))?.click(),
    n: () => press("[data-key=n]"),
    "/": () => document.getElementById("header-search")?.focus(),
    "?": () => location.assign("/settings#shortcuts"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.("input, select, textarea, [contenteditable], .diagram")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
