/* Search on a page opened as a file: browsers start no worker from file://, so a hidden frame stands for one.
   The offline plugin of mkdocs-material would fetch such a script from elsewhere; one of this name it leaves be. */
if (location.protocol === "file:")
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.body.appendChild(document.createElement("iframe"));
      frame.hidden = true;
      const scope = frame.contentWindow;
      scope.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      const script = scope.document.createElement("script");
      const loaded = new Promise((go) => (script.onload = go));
      this.postMessage = (data) =>
        loaded.then(() => scope.dispatchEvent(new MessageEvent("message", { data })));
      script.src = url;
      scope.document.body.appendChild(script);
    }
  };
