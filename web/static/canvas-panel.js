// The fields of what is chosen on the canvas: the server sends which there are, this draws them and writes what is typed.
"use strict";

window.AsiavirtaPanel = (place, source, words, it, writable, makers, forms) => {
  const node = (tag, properties = {}, ...children) => {
    const found = Object.assign(document.createElement(tag), properties);
    found.append(...children.filter(Boolean));
    return found;
  };
  const { lang } = document.documentElement;
  const told = (found) => (lang === "fi" ? "" : it.read(found, `words:elements.{id}.${lang}`));
  const label = (found) => told(found) || found.businessObject.name || found.businessObject.text || found.businessObject.id;
  let shown = null; // the element whose fields stand here
  let drawn = ""; // which fields, to know when they must be drawn anew
  let refreshers = [];

  const options = (field) => source.choices[field.choices] ?? [];
  const asked = (element) => {
    const key = element.type === "bpmn:CallActivity" ? `part:${element.businessObject.calledElement}` : `table:${element.businessObject.get("asiavirta:decision")}`;
    return [...new Set([...(source.expected[key] ?? []), ...it.inputs(element).map((each) => each.name)])];
  };

  // Each control: its element, how its value is shown, and when it says something new.
  const controls = {
    text: () => node("input", { type: "text", autocomplete: "off" }),
    long: () => node("textarea", { rows: 3 }),
    feel: (field) => node("textarea", { rows: field.id === "script" ? 6 : 2, spellcheck: false, className: "feel", autocapitalize: "off" }),
    suggest: () => node("input", { type: "text", autocomplete: "off", spellcheck: false }),
    choice: () => node("select"),
    yes_no: () => node("select"),
  };

  const single = (element, field, id, value, write) => {
    const control = controls[field.control](field);
    control.id = id;
    control.disabled = !writable;
    const choices = field.control === "yes_no" ? [["true", words.yes], ["false", words.no]] : field.control === "choice" ? options(field) : null;
    const show = () => {
      if (document.activeElement === control && control.tagName !== "SELECT") return;
      const now = value();
      if (choices) {
        const known = choices.some(([each]) => each === now);
        control.replaceChildren(...[...choices, ...(known ? [] : [[now, now]])].map(([each, name]) => new Option(name, each, false, each === now)));
      } else control.value = now;
    };
    let list = null;
    if (options(field).length && (field.control === "suggest" || field.control === "feel")) {
      list = node("datalist", { id: `${id}-list` }, ...options(field).map(([each, name]) => new Option(name, each)));
      if (field.control === "suggest") control.setAttribute("list", list.id);
    }
    let timer = 0;
    const say = () => {
      clearTimeout(timer);
      const fine = write(control.value) !== false;
      control.setAttribute("aria-invalid", String(!fine));
      wrong.hidden = fine;
    };
    const wrong = node("span", { className: "field-error", id: `${id}-wrong`, textContent: words.bad_id, hidden: true });
    control.addEventListener("change", say);
    if (field.control === "feel" || field.control === "long") control.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(say, 700);
    });
    show();
    refreshers.push(show);
    const ready = list && field.control === "feel" && writable
      ? node("p", { className: "picks" }, ...options(field).map(([each, name]) => {
        const pick = node("button", { type: "button", className: "quiet", textContent: name });
        pick.addEventListener("click", () => {
          control.value = each;
          say();
        });
        return pick;
      }))
      : null;
    return [wrong, control, list && field.control === "suggest" ? list : null, ready];
  };

  const field = (element, one) => {
    const id = `c-${one.id}`;
    const hint = one.hint ? node("span", { className: "hint", id: `${id}-hint`, textContent: one.hint }) : null;
    if (one.control === "begin") return begin(element, one, id, hint);
    if (one.control === "many") return node("div", {}, many(element, one, id, hint), made(element, one));
    if (one.control === "inputs") return inputs(element, one, id, hint);
    const parts = single(element, one, id, () => it.read(element, one.place), (value) => it.write(element, one.place, value.trim()));
    const control = parts[1];
    control.setAttribute("aria-describedby", [hint ? hint.id : "", parts[0].id].join(" ").trim());
    return node("div", { className: "field" }, node("label", { htmlFor: id, textContent: one.label }), hint, ...parts, made(element, one));
  };

  // The way to a new deadline, table or letter for the element, and back with it chosen; the server must know the element.
  const made = (element, one) => {
    if (one.id === "form") return source.forms.includes(it.form(element)) ? node("p", { className: "small" }, node("a", { href: forms.replace(/-$/, it.form(element)), textContent: words.edit_form })) : null;
    if (!writable || !(one.id in makers)) return null;
    const id = element.businessObject.id;
    if (!source.known.includes(id)) return node("p", { className: "hint", textContent: words.save_before });
    return node("p", { className: "small" }, node("a", { href: makers[one.id] + encodeURIComponent(id), textContent: words[`new_${one.id}`] }));
  };

  const tick = (id, text, checked, said) => {
    const box = node("input", { type: "checkbox", id, disabled: !writable });
    const show = () => { box.checked = checked(); };
    box.addEventListener("change", () => said(box.checked));
    show();
    refreshers.push(show);
    return node("div", { className: "choice" }, box, node("label", { htmlFor: id, textContent: text }));
  };

  const begin = (element, one, id, hint) => {
    if (source.forms.includes(it.form(element))) return null;
    const read = () => it.read(element, one.place) !== "";
    return node("div", { className: "field" }, hint, tick(id, one.label, read, (yes) => it.write(element, one.place, yes ? label(element) : "")));
  };

  const many = (element, one, id, hint) => {
    if (!options(one).length) return null;
    const chosen = () => it.read(element, one.place).split(",").filter(Boolean);
    const boxes = options(one).map(([value, name]) => tick(`${id}-${value}`, name, () => chosen().includes(value), (yes) =>
      it.write(element, one.place, [...chosen().filter((each) => each !== value), ...(yes ? [value] : [])].sort().join(","))));
    return node("fieldset", { className: "field" }, node("legend", { textContent: one.label }), hint, ...boxes);
  };

  const inputs = (element, one, id, hint) => {
    const names = asked(element);
    const rows = names.map((name, at) => {
      const key = `${id}-${at}`;
      const value = () => it.inputs(element).find((each) => each.name === name)?.value ?? "";
      const parts = single(element, { control: "feel", choices: "" }, key, value, (text) => it.input(element, name, text.trim()));
      return node("div", { className: "field" }, node("label", { htmlFor: key, textContent: name }), ...parts);
    });
    return node("fieldset", { className: "field" }, node("legend", { textContent: one.label }), hint, rows.length ? null : node("p", { textContent: words.inputs_none }), ...rows);
  };

  const found = (element, findings) => {
    const own = findings.filter((each) => each.node === element.businessObject.id);
    if (!own.length) return null;
    const items = own.map((each) => node("li", {}, node("span", { className: `badge badge-${each.severity === "error" ? "late" : "soon"}`, textContent: words[each.severity] }), " ", each.message));
    return node("section", { className: "panel-findings" }, node("h3", { textContent: words.of_element }), node("ul", { className: "plain findings" }, ...items));
  };

  const fieldsOf = (element) => {
    const has = it.traits(element);
    return source.fields.filter((one) => one.on.some((each) => has.has(each)) && !(one.place.includes("{message}") && !it.address(element, one.place).split(".")[1]));
  };

  const draw = (element, findings) => {
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    refreshers = [];
    shown = element;
    if (!element || element.type === "bpmn:Process" || element.type === "bpmn:Collaboration") {
      shown = null;
      drawn = "";
      place.replaceChildren(node("p", { className: "hint", textContent: words.nothing }));
      return;
    }
    const fields = fieldsOf(element);
    drawn = signature(element);
    const groups = source.groups.flatMap(([group, heading]) => {
      const rows = fields.filter((one) => one.group === group).map((one) => field(element, one)).filter(Boolean);
      if (!rows.length) return [];
      if (group !== "repeat") return [node("section", {}, node("h3", { textContent: heading }), ...rows)];
      return [node("details", { open: fields.some((one) => one.group === "repeat" && !["", "false"].includes(it.read(element, one.place))) }, node("summary", { textContent: heading }), ...rows)];
    });
    place.replaceChildren(...[
      node("h2", { textContent: label(element), lang: told(element) ? lang : "fi" }), node("p", { className: "hint" }, `${words.id} `, node("code", { textContent: element.businessObject.id })),
      found(element, findings), ...groups,
    ].filter(Boolean));
    if (focused) document.getElementById(focused)?.focus();
  };

  const signature = (element) => JSON.stringify([element.businessObject.id, fieldsOf(element).map((one) => one.id), it.read(element, "own:form"), element.type === "bpmn:CallActivity" || element.type === "bpmn:BusinessRuleTask" ? asked(element) : ""]);

  return {
    draw,
    label,
    refresh: (findings) => {
      if (!shown) return;
      if (drawn !== signature(shown)) draw(shown, findings);
      else {
        for (const show of refreshers) show();
        const heading = place.querySelector("h2");
        if (heading) Object.assign(heading, { textContent: label(shown), lang: told(shown) ? lang : "fi" });
      }
    },
    told: (findings) => {
      if (!shown) return;
      place.querySelector(".panel-findings")?.remove();
      const section = found(shown, findings);
      if (section) place.querySelector("h2 + p").after(section);
    },
  };
};
