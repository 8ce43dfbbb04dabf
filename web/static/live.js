// What a form of a draft means, drawn again while one types. Without this file the button beside it does the same.
// Who leaves the page with something typed and not saved is asked first.
"use strict";

(() => {
  const form = document.querySelector("form[data-live]");
  const show = form?.querySelector("button[name=act][value=show]:not(:disabled)");
  if (!show || form.querySelector("fieldset:disabled")?.contains(show)) return;
  let timer = 0;
  let turn = 0;

  const draw = async () => {
    const mine = ++turn;
    const sent = new FormData(form);
    sent.set("act", "show");
    try {
      // The attribute: a control named "action" hides the property of the form.
      // Not as parts of a message: a large table has more cells than a message may have parts.
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(sent) });
      if (mine !== turn || (!answer.ok && answer.status !== 422)) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live-part], #live")) {
        const drawn = page.getElementById(part.id);
        if (answer.ok && drawn) part.replaceChildren(...drawn.childNodes);
      }
      for (const error of form.querySelectorAll(".field-error[data-live-error]")) error.remove();
      waiting = false;
      for (const error of page.querySelectorAll(".field-error[id]")) tell(error);
    } catch {
      // the page stays as it is: the button tells why
    }
  };

  // What is still empty is judged when one has left it, or its row of a group, and not while one is on the way to it.
  const left = new WeakSet();
  let waiting = false;
  form.addEventListener("focusout", ({ target, relatedTarget }) => {
    const row = target.closest(".group-row");
    for (const control of row && !row.contains(relatedTarget) ? row.querySelectorAll("input, textarea") : [target]) left.add(control);
    if (waiting) soon();
  });

  // A fault stands at its field while it is being typed, but nothing takes the focus.
  const tell = (error) => {
    const control = document.getElementById(error.id.replace(/-error$/, ""));
    if (!control || document.getElementById(error.id)) return;
    if (control.value === "" && !left.has(control)) {
      waiting = true;
      return;
    }
    error.dataset.liveError = "";
    (control.closest(".field") ?? control.parentElement).insertBefore(error, control.matches("fieldset") ? null : control);
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 700);
  };

  // Somebody may have typed before this file had come, and no event tells of it any more.
  const touched = ({ type, value, defaultValue, checked, defaultChecked, options }) => {
    if (options) return value !== ([...options].find((option) => option.defaultSelected) ?? options[0])?.value;
    if (type === "checkbox" || type === "radio") return checked !== defaultChecked;
    return defaultValue !== undefined && value !== defaultValue;
  };

  let typed = false;
  let sending = false;
  form.addEventListener("input", () => {
    typed = true;
    soon();
  });
  form.addEventListener("submit", () => {
    sending = true;
  });
  addEventListener("beforeunload", (event) => {
    if (!sending && (typed || "unsaved" in form.dataset)) event.preventDefault();
  });
  if ([...form.elements].some(touched)) {
    typed = true;
    soon();
  }
})();
