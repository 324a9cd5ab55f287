// What JupyterLab loads from us: a container as its module federation wants one, written by hand.
// A runbook's panels are outputs of its cells. So that nobody need know of "Run All", a notebook
// runs by itself when it is opened and when its kernel was restarted: but only one whose cells are
// those that were built (digest in the page's own configuration), never another.

(() => {
  const NAME = "cartproof-lab";
  const FIRST_PANEL = "open-run-text"; // the heading above the first panel
  const OWN_WORDS = "operators-note"; // the one cell that is the person's to write in
  const STYLE = new URL("lab.css", document.currentScript.src).href;
  const NOT_OURS =
    "The cells of this notebook are not those of the runbook as it was built. So nothing was run " +
    "by itself. Look the cells through, then choose Run → Run All Cells.";

  let shared = {};

  async function sharedModule(name) {
    const [offer] = Object.values(shared[name]);
    return (await offer.get())();
  }

  function configuration() {
    const page = document.getElementById("jupyter-config-data");
    return JSON.parse(page.textContent).cartproof || { digests: [] };
  }

  async function digest(model) {
    const cells = Array.from(model.cells)
      .filter((cell) => cell.id !== OWN_WORDS)
      .map((cell) => [cell.type, cell.id, cell.sharedModel.getSource()]);
    const bytes = new TextEncoder().encode(JSON.stringify(cells));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function idle(context) {
    await context.ready;
    while (context.session?.kernel?.status !== "idle") {
      await new Promise((resolve) => {
        const once = () => {
          context.statusChanged.disconnect(once);
          resolve();
        };
        context.statusChanged.connect(once);
      });
    }
  }

  async function run(panel) {
    const { NotebookActions } = await sharedModule("@jupyterlab/notebook");
    const notebook = panel.content;
    const frame = notebook.outerNode ?? notebook.node;
    const scroll = frame.scrollTop;
    panel.node.dataset.cartproof = "running";
    performance.mark("cartproof-run");
    const done = NotebookActions.runCells(notebook, notebook.widgets, panel.sessionContext);
    frame.scrollTop = scroll;
    await done;
    panel.node.dataset.cartproof = "run";
  }

  // What stands above is read before the call; in it, the first panel is what is wanted. Returns
  // what brings it there again once all is drawn, unless the person has gone elsewhere meanwhile.
  function firstPanelInView(notebook) {
    const cell = Array.from(notebook.widgets).find((one) => one.model.id === FIRST_PANEL);
    let isPersons = false;
    for (const kind of ["wheel", "keydown", "pointerdown"]) {
      notebook.node.addEventListener(kind, () => { isPersons = true; }, { once: true });
    }
    const bring = () => isPersons || cell?.node.scrollIntoView({ block: "start" });
    bring();
    return bring;
  }

  async function tell(panel, words) {
    const { Widget } = await sharedModule("@lumino/widgets");
    const node = document.createElement("p");
    node.className = "cartproof-notice";
    node.setAttribute("role", "status");
    node.textContent = words;
    panel.contentHeader.addWidget(new Widget({ node }));
    panel.node.dataset.cartproof = "held";
  }

  async function follow(panel) {
    await panel.context.ready;
    const built = configuration().digests;
    const isBuilt = async () => built.includes(await digest(panel.content.model));
    if (await isBuilt()) {
      await idle(panel.sessionContext);
      const keepFirstPanelInView = firstPanelInView(panel.content);
      await run(panel);
      keepFirstPanelInView();
    } else if (panel.content.model.getMetadata("cartproof")) {
      await tell(panel, NOT_OURS);
    }
    let isRestarting = false;
    panel.sessionContext.statusChanged.connect(async (_, status) => {
      if (status === "restarting" || status === "autorestarting") {
        isRestarting = true;
        panel.node.dataset.cartproof = "restarting";
      }
      if (isRestarting && status === "idle") {
        isRestarting = false;
        if (await isBuilt()) await run(panel);
      }
    });
  }

  function activate(app) {
    if (!app.shell.layoutModified) return; // Voila, which runs every notebook by itself
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: STYLE });
    document.head.append(link);
    const seen = new WeakSet();
    const look = () => {
      for (const widget of app.shell.widgets("main")) {
        if (seen.has(widget) || !widget.sessionContext || !widget.content?.widgets) continue;
        seen.add(widget);
        follow(widget);
      }
    };
    app.shell.layoutModified.connect(look);
    look();
  }

  const plugin = { id: `${NAME}:plugin`, autoStart: true, activate };
  const container = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
  (window._JUPYTERLAB ||= {})[NAME] = container;
})();
