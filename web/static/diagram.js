// Draws the process diagram when its details are opened, and marks where the case stands. The step list works without it.
"use strict";

(() => {
  const READABLE = 0.6;
  const LETTERS = 13;
  const PAPER = [660, 440]; // CSS pixels of the place on paper (diagram.css), a little less

  const loaded = {};
  const load = (source) =>
    (loaded[source] ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    }));

  const style = (address) => {
    if (document.querySelector(`link[href="${address}"]`)) return;
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    document.head.append(link);
  };

  const draw = async (place) => {
    const token = (name) => getComputedStyle(place).getPropertyValue(name).trim();
    place.dataset.styles.split(" ").forEach(style);
    const family = getComputedStyle(document.body).fontFamily;
    // words are broken into lines by their measured width: the family must be there before
    const [answer] = await Promise.all([
      fetch(place.dataset.diagram), load(place.dataset.viewer), document.fonts.load(`${LETTERS}px ${family}`),
    ]);
    if (!answer.ok) throw new Error(`the diagram answered ${answer.status}`);
    const viewer = new BpmnJS({
      container: place,
      bpmnRenderer: {
        defaultFillColor: token("--paper"),
        defaultStrokeColor: token("--ink"),
        defaultLabelColor: token("--ink"),
      },
      textRenderer: { defaultStyle: { fontFamily: family, fontSize: LETTERS } },
    });
    await viewer.importXML(await answer.text());
    const canvas = viewer.get("canvas");
    const elements = viewer.get("elementRegistry");
    place.dataset.drawn = "";
    const marks = JSON.parse(place.dataset.marks);
    const signs = JSON.parse(place.dataset.signs || "{}");
    for (const [id, state] of Object.entries(marks)) {
      const element = elements.get(id);
      if (!element) continue;
      canvas.addMarker(id, `mark-${state}`);
      if (!signs[state] || element.waypoints) continue;
      const sign = document.createElement("span");
      sign.className = `sign sign-${state}`;
      sign.textContent = signs[state];
      viewer.get("overlays").add(id, { position: { top: -10, left: -10 }, html: sign, scale: false });
    }
    for (const [id, words] of Object.entries(JSON.parse(place.dataset.notes || "{}"))) {
      if (!elements.get(id)) continue;
      const note = document.createElement("div");
      note.className = "diagram-note";
      note.textContent = words;
      viewer.get("overlays").add(id, { position: { top: -14, left: -6 }, html: note });
    }
    // A wide diagram would be unreadably small: then the place where the case stands is shown, and the rest by moving.
    if (canvas.zoom("fit-viewport", "auto") < READABLE) {
      canvas.zoom(READABLE);
      const here = ["now", "waiting", "missed", "added", "removed", "changed"].flatMap((state) => Object.keys(marks).filter((id) => marks[id] === state));
      const first = here.map((id) => elements.get(id)).find(Boolean) ?? elements.find((element) => element.type === "bpmn:StartEvent");
      if (first) canvas.scrollToElement(first, 120);
    }
    wholeOnPaper(canvas);
  };

  // On paper nobody moves the drawing: all of it is there, however small, and afterwards it stands as it did.
  const wholeOnPaper = (canvas) => {
    let before;
    addEventListener("beforeprint", () => {
      const { inner, outer, ...shown } = canvas.viewbox();
      before = { x: shown.x, y: shown.y, width: shown.width, height: shown.height };
      const [width, height] = PAPER;
      const scale = Math.min(width / (inner.width + 40), height / (inner.height + 40));
      canvas.viewbox({ x: inner.x - 20, y: inner.y - 20, width: outer.width / scale, height: outer.height / scale });
    });
    addEventListener("afterprint", () => before && canvas.viewbox(before));
  };

  for (const place of document.querySelectorAll("[data-diagram]")) {
    const details = place.closest("details");
    let started = false;
    const open = () => {
      if (!details?.open || started) return;
      started = true;
      draw(place).catch(() => {
        const told = document.createElement("p");
        told.textContent = place.dataset.failed;
        place.replaceChildren(told);
      });
    };
    details?.addEventListener("toggle", open);
    open();
  }
})();
