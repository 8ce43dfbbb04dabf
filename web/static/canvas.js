// The canvas of a draft's drawing: opens it, keeps what changes, checks it while one works, and saves it with the words beside it.
"use strict";

(() => {
  const easel = document.querySelector("[data-easel]");
  if (!easel) return;
  const find = (name) => easel.querySelector(`[data-${name}]`);
  const [place, bar, status, findingsPlace, list] = ["canvas", "bar", "status", "findings", "list"].map(find);
  const words = JSON.parse(easel.dataset.words);
  const writable = easel.dataset.writable === "yes";
  const token = (name) => getComputedStyle(place).getPropertyValue(name).trim();
  const READABLE = 0.6;
  const LETTERS = 13;
  const MARGIN = { top: 120, right: 120, bottom: 120, left: 160 }; // the tools stand on the left
  const GAP = 16; // between the drawing and what stands around it
  const SILENCE = 900; // milliseconds without a change before what was drawn is kept and checked

  let [modeler, panel, it, source] = [null, null, null, null];
  let opened = ""; // the drawing as the canvas wrote it when it was opened or saved
  let text = null; // what was opened, where that is not the saved file
  let [bases, values, touched] = [{}, {}, new Set()];
  let findings = [];
  let [timer, dirty, stopped, sending] = [0, false, false, Promise.resolve()];

  const say = (told) => { status.textContent = told; };
  const tell = (told, ...more) => {
    const note = document.createElement("div");
    note.className = "notice notice-warning";
    note.setAttribute("role", "alert");
    const line = document.createElement("p");
    line.append(told, ...more);
    note.append(line);
    easel.querySelector(".notice")?.remove();
    easel.prepend(note);
  };

  const drawing = async () => (await modeler.saveXML({ format: true })).xml;

  const body = (act, drawn, more) => {
    const form = new FormData();
    const sent = { csrf_token: easel.querySelector("input[name=csrf_token]").value, act, bases: JSON.stringify(bases) };
    sent.values = JSON.stringify(Object.fromEntries([...touched].map((address) => [address, values[address]])));
    for (const [name, value] of Object.entries(sent)) form.set(name, value);
    const files = { opened, drawn, ...(text === null && !more ? {} : { source: text ?? source.xml }) };
    for (const [name, value] of Object.entries(files)) form.set(name, new Blob([value], { type: "application/xml" }), name);
    return form;
  };

  const ask = async (form) => {
    const answer = await fetch(easel.dataset.save, { method: "POST", body: form, headers: { Accept: "application/json" } });
    return [answer, await answer.json()];
  };

  const send = async (act) => {
    try {
      const drawn = await drawing();
      let [answer, told] = await ask(body(act, drawn));
      if (answer.status === 409 && told.source) [answer, told] = await ask(body(act, drawn, true));
      if (told.words) say(told.words);
      if (answer.ok) {
        easel.querySelector(".notice")?.remove();
        show(told.findings);
        if (act === "save") {
          dirty = false;
          stay();
          location.reload(); // with the outline and the fields as they are saved
        }
      } else if (answer.status === 412) {
        stopped = true;
        const link = document.createElement("a");
        link.href = easel.dataset.file.replace(/-$/, told.path);
        link.textContent = words.first;
        tell(`${told.words} `, link);
      } else {
        tell(`${told.words} `, told.detail ?? "");
      }
    } catch {
      say(words.away);
      if (act === "keep") later(15000);
    }
  };
  // What is chosen stays chosen over a reload, and the page stays at the canvas.
  const stay = () => {
    const [chosen] = modeler.get("selection").get();
    const address = new URL(location.href);
    address.searchParams.delete("step");
    if (chosen) address.searchParams.set("step", (chosen.labelTarget ?? chosen).businessObject.id);
    address.hash = "";
    history.replaceState(null, "", address);
  };

  const queue = (act) => {
    clearTimeout(timer);
    sending = sending.then(() => send(act));
    return sending;
  };
  const later = (wait = SILENCE) => {
    clearTimeout(timer);
    if (writable && !stopped) timer = setTimeout(() => queue("keep"), wait);
  };

  const show = (told) => {
    findings = told;
    const [overlays, canvas, registry] = ["overlays", "canvas", "elementRegistry"].map((name) => modeler.get(name));
    overlays.remove({ type: "finding" });
    for (const element of registry.filter(() => true)) for (const mark of ["found-error", "found-warning"]) if (canvas.hasMarker(element, mark)) canvas.removeMarker(element, mark);
    for (const id of new Set(findings.map((each) => each.node))) {
      const element = registry.get(id);
      if (!id || !element) continue;
      const own = findings.filter((each) => each.node === id);
      const severity = own.some((each) => each.severity === "error") ? "error" : "warning";
      const mark = document.createElement("span");
      mark.className = `badge badge-${severity === "error" ? "late" : "soon"} found`;
      mark.textContent = words[severity];
      mark.title = own.map((each) => each.message).join("\n");
      canvas.addMarker(element, `found-${severity}`);
      overlays.add(element, "finding", { position: element.waypoints ? { top: 4, left: 4 } : { top: -12, left: 4 }, html: mark });
    }
    list.replaceChildren(...findings.map(line));
    if (!findings.length) list.append(Object.assign(document.createElement("li"), { textContent: words.no_findings }));
    findingsPlace.hidden = false;
    panel.told(findings);
  };

  const line = (one) => {
    const item = document.createElement("li");
    const badge = Object.assign(document.createElement("span"), { className: `badge badge-${one.severity === "error" ? "late" : "soon"}`, textContent: words[one.severity] });
    const message = Object.assign(document.createElement("span"), { textContent: one.message });
    const element = one.node && modeler.get("elementRegistry").get(one.node);
    if (!element) {
      const where = Object.assign(document.createElement("a"), { href: easel.dataset.file.replace(/-$/, one.file) + (one.line ? `#line-${one.line}` : ""), textContent: one.file });
      item.append(badge, " ", where, " ", message);
      return item;
    }
    const go = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: panel.label(element) });
    go.addEventListener("click", () => choose(element));
    item.append(badge, " ", go, " ", message);
    return item;
  };

  const choose = (element) => {
    modeler.get("canvas").scrollToElement(element, MARGIN);
    modeler.get("selection").select(element);
    const heading = find("panel").querySelector("h2");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus();
  };

  const create = (family) => new BpmnJS({
    container: place,
    bpmnRenderer: { defaultFillColor: token("--paper"), defaultStrokeColor: token("--ink"), defaultLabelColor: token("--ink") },
    textRenderer: { defaultStyle: { fontFamily: family, fontSize: LETTERS } },
    moddleExtensions: { asiavirta: AsiavirtaPlaces.own },
    additionalModules: [AsiavirtaTools.module, { translate: ["value", (template, given = {}) => (source.tools[template] ?? template).replace(/{([^}]+)}/g, (_, name) => given[name] ?? `{${name}}`)] }],
  });

  // What the tools leave free, from the left edge of the canvas: the name of the pool stands at the left of the drawing.
  const free = () => {
    const tools = place.querySelector(".djs-palette")?.getBoundingClientRect();
    return tools ? tools.right - place.getBoundingClientRect().left + GAP : GAP;
  };

  const fit = () => {
    const canvas = modeler.get("canvas");
    canvas.zoom("fit-viewport", "auto");
    const { inner, outer, scale } = canvas.viewbox();
    const left = free();
    const wanted = Math.min(scale, (outer.width - left - GAP) / inner.width, (outer.height - 2 * GAP) / inner.height);
    const [width, height] = [outer.width / wanted, outer.height / wanted];
    canvas.viewbox({ x: inner.x - left / wanted, y: inner.y + (inner.height - height) / 2, width, height });
    return wanted;
  };

  const look = () => {
    const [canvas, registry] = ["canvas", "elementRegistry"].map((name) => modeler.get(name));
    if (fit() >= READABLE) return;
    canvas.zoom(READABLE);
    const first = registry.find((element) => element.type === "bpmn:StartEvent");
    if (!first) return;
    canvas.scrollToElement(first, MARGIN);
    const { inner, y, width, height, scale } = canvas.viewbox();
    const x = inner.x - free() / scale;
    if (first.x + first.width < x + width) canvas.viewbox({ x, y, width, height });
  };

  const listen = () => {
    const [bus, selection] = ["eventBus", "selection"].map((name) => modeler.get(name));
    bus.on("selection.changed", ({ newSelection: [chosen] }) => panel.draw(chosen?.labelTarget ?? chosen ?? null, findings));
    // What is chosen stays chosen when it is clicked again: its fields would go away while one reads them.
    bus.on("element.click", 1500, ({ element, originalEvent }) => {
      const [only, ...others] = selection.get();
      return only === element && !others.length && !originalEvent?.shiftKey ? false : undefined;
    });
    bus.on("commandStack.changed", () => {
      dirty = true;
      buttons();
      panel.refresh(findings);
      later();
    });
    const acts = {
      save: async () => {
        document.activeElement?.blur?.(); // a field says what it holds when it is left
        await queue("save");
      },
      undo: () => modeler.get("commandStack").undo(),
      redo: () => modeler.get("commandStack").redo(),
      fit,
      drop: async () => {
        stopped = true;
        const form = body("drop", "");
        await sending;
        const [answer] = await ask(form);
        dirty = false;
        if (answer.ok) location.reload();
      },
    };
    const buttons = () => {
      for (const act of ["undo", "redo"]) {
        const button = bar.querySelector(`[data-act=${act}]`);
        if (button) button.disabled = !modeler.get("commandStack")[act === "undo" ? "canUndo" : "canRedo"]();
      }
    };
    for (const button of bar.querySelectorAll("[data-act]")) button.addEventListener("click", acts[button.dataset.act]);
    addEventListener("keydown", (event) => {
      if (writable && (event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        acts.save();
      }
    });
    addEventListener("beforeunload", (event) => { if (dirty && timer && !stopped) queue("keep"); });
    if (writable) buttons();
    selection.deselect(null);
    const here = modeler.get("elementRegistry").get(easel.dataset.chosen ?? "");
    if (here) {
      selection.select(here);
      modeler.get("canvas").scrollToElement(here, MARGIN);
    }
    const made = JSON.parse(easel.dataset.made);
    if (here && writable && made.length) {
      const has = it.traits(here);
      for (const [field, value] of made) if (source.fields.some((one) => one.place === field && one.on.some((each) => has.has(each)))) it.write(here, field, value);
      const address = new URL(location.href); // said once: a reload must not say it again over another choice
      for (const name of ["moment", "decision", "letter", "to"]) address.searchParams.delete(name);
      history.replaceState(null, "", address);
    }
    // A link opens another page: what stands on the canvas is kept before.
    for (const links of [document.getElementById("steps"), find("panel")]) links?.addEventListener("click", async (event) => {
      const link = event.target.closest("a");
      if (!link || !dirty || stopped) return;
      event.preventDefault();
      await queue("keep");
      location.assign(link.href);
    });
  };

  const open = async () => {
    const family = getComputedStyle(document.body).fontFamily;
    const [answer] = await Promise.all([fetch(easel.dataset.source), document.fonts.load(`${LETTERS}px ${family}`)]);
    if (!answer.ok) throw new Error(`the drawing answered ${answer.status}`);
    source = await answer.json();
    [bases, values, text, findings] = [source.bases, source.values, source.unsaved ? source.xml : null, source.findings];
    modeler = create(family);
    try {
      await modeler.importXML(source.xml);
    } catch (error) {
      place.replaceChildren();
      const why = Object.assign(document.createElement("span"), { lang: "en", textContent: String(error.message ?? error).slice(0, 300) });
      tell(`${String(error).includes("no diagram") ? words.no_layout : words.unreadable} `, why);
      return;
    }
    it = AsiavirtaPlaces.places(modeler, values, touched);
    panel = AsiavirtaPanel(find("panel"), source, words, it, writable, JSON.parse(easel.dataset.makers), easel.dataset.forms);
    panel.draw(null, findings);
    opened = await drawing();
    bar.hidden = false;
    look();
    listen();
    show(findings);
    // What takes the focus has a name, and says where the keyboard gets further.
    const sheet = place.querySelector(".djs-container > svg");
    for (const [name, value] of [["role", "application"], ["aria-label", place.dataset.label], ["aria-describedby", "canvas-keys"]]) sheet?.setAttribute(name, value);
    place.dataset.drawn = "";
  };

  open().catch(() => tell(words.failed));
})();
