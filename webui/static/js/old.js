// Says so when a page's scripts cannot run. Read by browsers that know neither modules nor import maps: this is ES5.
function sayTooOld() {
  var box = document.getElementById("too-old");
  if (box) box.hidden = false;
}

/** @param {Element} script a module that does not load or compile leaves a page that only looks alive */
function watchScript(script) {
  script.addEventListener("error", sayTooOld);
}

var supports = window.HTMLScriptElement && HTMLScriptElement.supports;
if (!supports || !supports("module") || !supports("importmap")) sayTooOld();
Array.prototype.forEach.call(document.querySelectorAll('script[type="module"]'), watchScript);
