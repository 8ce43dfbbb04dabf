// How the tools of the canvas work here: a new step is a task for a person, it goes between its neighbours, there is
// room for it, and a menu stands inside the window.
"use strict";

window.AsiavirtaTools = (() => {
  const GAP = 50; // between a new step and its neighbours
  const EDGE = 8; // between a menu and the edge of the window
  const PASSABLE = /(Task|CallActivity|SubProcess|Gateway|IntermediateThrowEvent|IntermediateCatchEvent)$/;
  const AROUND = /(Lane|Participant|Process|Collaboration)$/;

  const flows = (connections) => (connections ?? []).filter((each) => each.type === "bpmn:SequenceFlow");
  const middle = (shape) => shape.y + shape.height / 2;
  const right = (shape) => shape.x + shape.width;

  // The one arrow that leaves a step, where a new step may take its place; none after a choice or where nothing follows.
  const onward = (source) => (flows(source.outgoing).length === 1 && !/(Gateway|BoundaryEvent)$/.test(source.type) ? flows(source.outgoing)[0] : null);

  function Tools(bus, factory, modeling, space, registry, labels) {
    const create = factory.createShape.bind(factory);
    // What is read from the file, pasted or replaced brings its own business object.
    factory.createShape = (given) => create(given?.type === "bpmn:Task" && !given.businessObject ? { ...given, type: "bpmn:UserTask" } : given);

    // A name that was not changed is no change: at most scales the box to type in is a fraction of a pixel larger.
    const rename = labels.update.bind(labels);
    labels.update = (element, now, before, bounds) => (now === before && element.type !== "bpmn:TextAnnotation" ? undefined : rename(element, now, before, bounds));

    // Everything that begins to the right of a place moves on; lanes grow. What is `left` stays.
    const push = (from, width, left) => {
      if (width <= 0) return;
      const { movingShapes, resizingShapes } = space.calculateAdjustments(registry.filter((each) => each.parent && each !== left), "x", width, from);
      modeling.createSpace(movingShapes, resizingShapes, { x: width, y: 0 }, "e", from);
    };

    // An arrow between two shapes of one height is straight.
    const straighten = (flow) => {
      const [from, to] = [flow.source, flow.target];
      if (Math.abs(middle(from) - middle(to)) < 5 && right(from) < to.x) modeling.updateWaypoints(flow, [{ x: right(from), y: middle(from) }, { x: to.x, y: middle(to) }]);
      else modeling.layoutConnection(flow);
    };

    // Where the next shape to the right of a step begins, on the step's own height.
    const nearest = (source, but) => Math.min(Infinity, ...registry.filter((each) => each !== but && !each.waypoints && !each.labelTarget && !each.host && !AROUND.test(each.type)
      && each.x >= right(source) && each.y < source.y + source.height && each.y + each.height > source.y).map((each) => each.x));

    // "Add a step after this" means what it means in the list: the arrow goes on from the new step.
    let between = null;
    const mine = (context) => (between?.shape === context.shape && between.source === context.source ? between : null);
    bus.on("autoPlace", 3000, ({ source, shape }) => {
      const flow = onward(source);
      between = flow && PASSABLE.test(shape.type) ? { source, shape, flow } : null;
      return between ? { x: right(source) + GAP + shape.width / 2, y: middle(source) } : undefined;
    });
    bus.on("commandStack.shape.append.preExecute", 2000, ({ context }) => {
      const here = mine(context);
      if (here) push(right(here.source) + 1, right(here.source) + 2 * GAP + here.shape.width - nearest(here.source));
    });
    bus.on("commandStack.shape.append.postExecuted", 500, ({ context }) => {
      const here = mine(context);
      if (!here) return;
      between = null;
      modeling.reconnectStart(here.flow, context.shape, { x: right(context.shape), y: middle(context.shape) });
      straighten(here.flow);
    });

    // A step that is dropped on an arrow pushes its neighbours aside instead of lying on them.
    bus.on("commandStack.elements.create.postExecuted", 100, ({ context }) => {
      for (const shape of context.elements ?? []) {
        const [into, out] = [flows(shape.incoming), flows(shape.outgoing)];
        if (into.length !== 1 || out.length !== 1) continue;
        const [before, after] = [into[0].source, out[0].target];
        const beside = Math.abs(middle(before) - middle(shape)) < shape.height / 2;
        if (!beside || right(before) > after.x || before === after) continue;
        modeling.moveElements([shape], { x: Math.max(0, right(before) + GAP - shape.x), y: middle(before) - middle(shape) });
        push(right(before) + 1, right(shape) + GAP - nearest(before, shape), shape);
        for (const flow of [into[0], out[0]]) straighten(flow);
      }
    });

    // A menu opens under its tool: near the edge of the window it would stand outside.
    bus.on("popupMenu.opened", () => requestAnimationFrame(() => {
      const menu = document.querySelector(".djs-popup");
      if (!menu) return;
      const found = menu.getBoundingClientRect();
      const [over, aside] = [found.bottom + EDGE - innerHeight, found.right + EDGE - document.documentElement.clientWidth];
      if (over > 0) menu.style.top = `${menu.offsetTop - Math.min(over, found.top - EDGE)}px`;
      if (aside > 0) menu.style.left = `${menu.offsetLeft - Math.min(aside, found.left - EDGE)}px`;
    }));
  }
  Tools.$inject = ["eventBus", "elementFactory", "modeling", "spaceTool", "elementRegistry", "labelEditingProvider"];

  return { module: { __init__: ["asiavirtaTools"], asiavirtaTools: ["type", Tools] } };
})();
