// The panel: asks the kernel by numbered messages, and shows what it says.
const KINDS = { step: stepPanel, about: aboutPanel, finish: finishPanel };
const LATE_MS = 10000;

export default {
  render({ model, el }) {
    const waiting = new Map();
    let number = 0;
    const status = element("p", { class: "status", role: "status", "aria-live": "polite" });
    const say = (text, isGood = true) => {
      status.textContent = text ? `${isGood ? "✓" : "✗"} ${text}` : "";
      status.className = `status ${isGood ? "right" : "wrong"}`;
    };
    const receive = (answer) => { waiting.get(answer.number)?.(answer); waiting.delete(answer.number); };
    const send = (message) => new Promise((resolve) => {
      number += 1;
      const mine = number;
      const late = setTimeout(() => say("The kernel has not answered yet: is it busy, or was it restarted? Then run this cell again.", false), LATE_MS);
      waiting.set(mine, (answer) => { clearTimeout(late); resolve(answer); });
      model.send({ ...message, number: mine });
    });
    const ask = async (message, isQuiet = false) => {
      const answer = await send(message);
      if (!isQuiet) say(answer.text, answer.ok);
      return answer;
    };
    const context = { ask, send, say, look: () => model.get("look") };
    const { parts, attributes } = KINDS[context.look().kind](context);
    const section = element("section", { class: "cartproof", ...attributes }, ...parts.map((part) => part.node), status);
    // JupyterLab's own shortcuts must not take keys that are typed here.
    section.addEventListener("keydown", (event) => event.stopPropagation());
    section.setAttribute("data-lm-suppress-shortcuts", "true");
    const update = () => {
      const look = context.look();
      section.dataset.state = look.state ?? look.kind;
      parts.forEach((part) => part.update(look));
    };
    model.on("change:look", update);
    model.on("msg:custom", receive);
    update();
    el.append(section);
    return () => { model.off("change:look", update); model.off("msg:custom", receive); };
  },
};
