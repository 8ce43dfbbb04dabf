// Keeps the draft of a task: two seconds after the last key, at once after a choice, and when the page is left.
// The answer also says which questions the answers so far bring up. A failure never disturbs the form.
"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const status = document.getElementById("draft-status");
  const refresh = document.getElementById("refresh");
  let timer = 0;
  let changed = false;
  let stopped = false;
  let saving = null;

  if (refresh) refresh.hidden = true; // the questions follow by themselves

  const show = (fields) => {
    for (const field of form.querySelectorAll("[data-field]")) {
      const state = fields[field.dataset.field];
      if (!state) continue;
      field.hidden = !state.visible;
      const optional = field.querySelector("[data-optional]");
      if (optional) optional.hidden = state.required;
    }
  };

  const body = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return new URLSearchParams(data);
  };

  const save = () => {
    clearTimeout(timer);
    if (!changed || stopped) return saving;
    changed = false;
    const mine = (saving ?? Promise.resolve()).then(send).finally(() => {
      if (saving === mine) saving = null;
    });
    saving = mine; // one after the other: each names the version that the one before gave
    return saving;
  };

  const send = async () => {
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: body(), headers: { Accept: "application/json" } });
      const told = await answer.json();
      status.textContent = told.words;
      if (told.version) for (const input of document.querySelectorAll(".main input[name=version]")) input.value = told.version;
      if (told.fields) show(told.fields);
      if (answer.status === 409 || answer.status === 412) stopped = true;
      else if (!answer.ok) again();
    } catch {
      status.textContent = form.dataset.failed;
      again();
    }
  };

  const again = () => {
    changed = true;
    timer = setTimeout(save, 15000);
  };

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=radio], input[type=checkbox], select")) save();
  });
  form.addEventListener("submit", async (event) => {
    stopped = true;
    clearTimeout(timer);
    if (!saving) return;
    // A draft on its way changes the version that the form must name: wait for it.
    event.preventDefault();
    await saving;
    form.requestSubmit(event.submitter);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // a page kept by the browser names an old version
  });
  addEventListener("pagehide", () => {
    if (changed && !stopped) navigator.sendBeacon(form.dataset.draft, body());
  });
})();
