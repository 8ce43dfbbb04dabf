// Reads and writes what can be said of an element of the drawing, by the place that the field catalogue names.
"use strict";

window.AsiavirtaPlaces = (() => {
  const own = {
    name: "Asiavirta",
    uri: "urn:asiavirta:bpmn:1",
    prefix: "asiavirta",
    xml: { tagAlias: "lowerCase" },
    types: [
      {
        name: "Said",
        extends: ["bpmn:FlowNode"],
        properties: ["form", "decision", "letter", "to", "channel", "service", "retry", "byhand"].map((name) => ({ name, isAttr: true, type: "String" })),
      },
      {
        name: "Repeated",
        extends: ["bpmn:MultiInstanceLoopCharacteristics"],
        properties: ["collection", "item"].map((name) => ({ name, isAttr: true, type: "String" })),
      },
      ...["In", "Input"].map((name) => ({
        name,
        superClass: ["Element"],
        properties: ["name", "value"].map((each) => ({ name: each, isAttr: true, type: "String" })),
      })),
    ],
  };
  const REFERENCE = { message: "Message", error: "Error", escalation: "Escalation", signal: "Signal" };
  const ID = /^[A-Za-z_][\w.-]*$/;
  const capital = (word) => word[0].toUpperCase() + word.slice(1);

  // One change by a person is one step of undo, however many things it touches.
  function Several() {}
  Several.prototype.preExecute = (context) => context.run();
  function Words() {}
  Words.prototype.execute = (context) => {
    context.before = context.values[context.address] ?? "";
    context.values[context.address] = context.value;
    context.touched.add(context.address);
    return [context.element];
  };
  Words.prototype.revert = (context) => {
    context.values[context.address] = context.before;
    return [context.element];
  };

  const places = (modeler, values, touched) => {
    const [modeling, moddle, commands, registry] = ["modeling", "moddle", "commandStack", "elementRegistry"].map((name) => modeler.get(name, false));
    commands?.registerHandler("asiavirta.several", Several); // a viewer has no commands
    commands?.registerHandler("asiavirta.words", Words);
    const said = (element) => element.businessObject;
    const several = (run) => commands.execute("asiavirta.several", { run });
    const set = (element, properties) => modeling.updateProperties(element, properties);
    const inside = (element, part, properties) => modeling.updateModdleProperties(element, part, properties);
    const make = (type, properties, parent) => {
      const found = moddle.create(type, properties);
      found.$parent = parent;
      return found;
    };
    const expression = (text, parent) => (text ? make("bpmn:FormalExpression", { body: text }, parent) : undefined);
    const event = (element) => said(element).eventDefinitions?.[0];
    const eventKind = (element) => {
      const type = event(element)?.$type.match(/^bpmn:(\w+)EventDefinition$/)?.[1];
      return type ? type[0].toLowerCase() + type.slice(1) : "";
    };
    const definitions = () => modeler.getDefinitions();
    const loop = (element, type) => (said(element).loopCharacteristics?.$type === `bpmn:${type}LoopCharacteristics` ? said(element).loopCharacteristics : undefined);
    const lanes = () => registry.filter((each) => each.type === "bpmn:Lane" && !(said(each).childLaneSet?.lanes?.length));
    const laneOf = (element) => lanes().find((lane) => (said(lane).flowNodeRef ?? []).includes(said(element)));
    const message = (element) => (said(element).messageRef ?? event(element)?.messageRef)?.id ?? "";
    const form = (element) => said(element).get("asiavirta:form") || said(element).id;
    const address = (element, place) =>
      place.slice("words:".length).replace("{id}", said(element).id).replace("{form}", () => form(element)).replace("{message}", () => message(element));

    const traits = (element) => {
      const kind = element.type.replace("bpmn:", "");
      const found = new Set([kind[0].toLowerCase() + kind.slice(1)]);
      if (eventKind(element)) found.add(`event:${eventKind(element)}`);
      if (said(element).$instanceOf("bpmn:FlowNode")) found.add("node");
      if (said(element).$instanceOf("bpmn:Activity")) found.add("activity");
      if (found.has("node") && kind !== "BoundaryEvent" && lanes().length) found.add("inlane");
      return found;
    };

    // Texts of parts: what holds them differs.
    const text = {
      documentation: [(it) => it.documentation?.[0]?.text, (element, value) => set(element, { documentation: value ? [make("bpmn:Documentation", { text: value }, said(element))] : [] })],
      script: [(it) => it.script, (element, value) => set(element, { script: value || undefined })],
      text: [(it) => it.text, (element, value) => set(element, { text: value })],
      conditionExpression: [(it) => it.conditionExpression?.body, (element, value) => set(element, { conditionExpression: expression(value, said(element)) })],
      completionCondition: [(it) => it.completionCondition?.body, (element, value) => set(element, { completionCondition: expression(value, said(element)) })],
    };

    const timer = (definition) => ["timeDate", "timeDuration", "timeCycle"].find((kind) => definition?.[kind]);
    const time = (element, kind, body) => {
      const others = { timeDate: undefined, timeDuration: undefined, timeCycle: undefined };
      inside(element, event(element), { ...others, [kind]: make("bpmn:FormalExpression", { body }, event(element)) });
    };
    const beside = (element, kind, id) => {
      const type = `bpmn:${REFERENCE[kind]}`;
      const roots = definitions().rootElements;
      const found = roots.find((each) => each.$type === type && each.id === id);
      if (found || !id) return found;
      const named = { error: { errorCode: id }, escalation: { escalationCode: id } }[kind] ?? { name: id };
      const made = make(type, { id, ...named }, definitions());
      inside(element, definitions(), { rootElements: [made, ...roots] });
      return made;
    };
    const refer = (element, kind, id) => {
      if (id && !ID.test(id)) return false;
      several(() => {
        const found = beside(element, kind, id);
        if (event(element)) inside(element, event(element), { [`${kind}Ref`]: found });
        else set(element, { messageRef: found });
      });
      return true;
    };
    const happening = {
      timer: [(element) => timer(event(element)) ?? "timeDate", (element, value) => time(element, value, event(element)[timer(event(element))]?.body ?? "")],
      moment: [(element) => event(element)?.[timer(event(element))]?.body, (element, value) => time(element, timer(event(element)) ?? "timeDate", value)],
      message: [message, (element, value) => refer(element, "message", value)],
      error: [(element) => event(element)?.errorRef?.id, (element, value) => refer(element, "error", value)],
      escalation: [(element) => event(element)?.escalationRef?.id, (element, value) => refer(element, "escalation", value)],
      signal: [(element) => event(element)?.signalRef?.id, (element, value) => refer(element, "signal", value)],
      condition: [(element) => event(element)?.condition?.body, (element, value) => inside(element, event(element), { condition: expression(value, event(element)) })],
    };

    const repeats = (type, empty) => ({
      read: (element, key) => {
        const it = loop(element, type);
        const value = it?.get(["collection", "item"].includes(key) ? `asiavirta:${key}` : key);
        return typeof value === "object" ? value?.body : value === undefined ? "" : String(value);
      },
      write: (element, key, value) => several(() => {
        let it = loop(element, type);
        if (!it) {
          if (!value || value === "false") return;
          it = make(`bpmn:${type}LoopCharacteristics`, {}, said(element));
          set(element, { loopCharacteristics: it });
        }
        const written = { isSequential: value === "true", loopMaximum: value ? Number(value) : undefined, collection: value || undefined, item: value || undefined };
        const name = ["collection", "item"].includes(key) ? `asiavirta:${key}` : key;
        inside(element, it, { [name]: key in written ? written[key] : expression(value, it) });
        if (empty.every((each) => !it.get(each))) set(element, { loopCharacteristics: undefined });
      }),
    });
    const multi = repeats("MultiInstance", ["asiavirta:collection", "loopCardinality", "loopDataInputRef"]);
    const rounds = repeats("Standard", ["loopCondition", "loopMaximum"]);

    const inputType = (element) => (element.type === "bpmn:CallActivity" ? "asiavirta:In" : "asiavirta:Input");
    const inputs = (element) => (said(element).extensionElements?.values ?? []).filter((each) => ["asiavirta:In", "asiavirta:Input"].includes(each.$type));
    const input = (element, name, value) => several(() => {
      let holder = said(element).extensionElements;
      if (!holder) {
        if (!value) return;
        holder = make("bpmn:ExtensionElements", { values: [] }, said(element));
        set(element, { extensionElements: holder });
      }
      const there = inputs(element).find((each) => each.name === name);
      if (there && value) inside(element, there, { value });
      else if (there) inside(element, holder, { values: holder.values.filter((each) => each !== there) });
      else if (value) inside(element, holder, { values: [...holder.values, make(inputType(element), { name, value }, holder)] });
      if (!holder.values.length) set(element, { extensionElements: undefined });
    });

    const read = (element, place) => {
      const [way, key = ""] = place.split(/:(.*)/s);
      const it = said(element);
      if (way === "name") return it.name ?? "";
      if (way === "lane") return said(laneOf(element) ?? { businessObject: { id: "" } }).id;
      if (way === "default") return String(it.sourceRef?.default === it);
      if (way === "attribute") return String(it.get(key) ?? "");
      if (way === "own") return it.get(`asiavirta:${key}`) ?? "";
      if (way === "text") return text[key][0](it) ?? "";
      if (way === "event") return happening[key][0](element) ?? "";
      if (way === "multi") return multi.read(element, key) ?? "";
      if (way === "loop") return rounds.read(element, key) ?? "";
      return values[address(element, place)] ?? "";
    };

    const write = (element, place, value) => {
      if (read(element, place) === value) return true;
      const [way, key = ""] = place.split(/:(.*)/s);
      if (way === "name") modeling.updateLabel(element, value);
      else if (way === "lane") {
        const lane = registry.get(value);
        const middle = (each) => each.y + each.height / 2;
        modeling.moveElements([element], { x: 0, y: Math.round(middle(lane) - middle(element)) });
      } else if (way === "default") set(registry.get(said(element).sourceRef.id), { default: value === "true" ? said(element) : undefined });
      else if (way === "attribute") set(element, { [key]: value === "true" || value === "false" ? value === "true" : value || undefined });
      else if (way === "own") set(element, { [`asiavirta:${key}`]: value || undefined });
      else if (way === "text") text[key][1](element, value);
      else if (way === "event") return happening[key][1](element, value) !== false;
      else if (way === "multi") multi.write(element, key, value);
      else if (way === "loop") rounds.write(element, key, value);
      else commands.execute("asiavirta.words", { element, address: address(element, place), value, values, touched });
      return true;
    };

    // A new step gets an id out of its first name: files are called by it, and people read it.
    const GENERATED = /^(Activity|Gateway|Event|Lane)_[0-9a-z]{7}$/;
    const christen = (element) => {
      const old = said(element).id;
      const stem = (said(element).name ?? "").toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "_").replace(/^[_\d]+|_+$/g, "").slice(0, 40);
      if (!GENERATED.test(old) || !stem || element.labelTarget) return;
      let id = stem;
      for (let number = 2; moddle.ids.assigned(id); number += 1) id = `${stem}_${number}`;
      const say = (where, value) => commands.execute("asiavirta.words", { element, address: where, value, values, touched });
      for (const where of [...touched].filter((each) => each.split(".")[1] === old && values[each])) {
        say(where.replace(`.${old}`, `.${id}`), values[where]);
        say(where, "");
      }
      set(element, { id });
    };
    modeler.get("eventBus").on("commandStack.element.updateLabel.postExecute", ({ context }) => christen(context.element.labelTarget ?? context.element));

    return { traits, read, write, inputs, input, address, form, laneOf };
  };

  return { own, places };
})();
