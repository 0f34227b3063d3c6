// Says so when a page's scripts cannot run. Read by browsers that know no modules: this is ES5.
function sayTooOld() {
  var box = document.getElementById("too-old");
  if (box) box.hidden = false;
}

/** @param {Element} script one that does not load leaves a page that only looks alive */
function watchScript(script) {
  script.addEventListener("error", sayTooOld);
}

// What the oldest promised browsers know, and those before them do not: Safari 15.4, Chrome 92, Firefox 98.
if (!("noModule" in document.createElement("script")) || ![].at || !window.HTMLDialogElement) sayTooOld();
// A module that does not compile is told to the window only.
window.addEventListener("error", function (problem) {
  if (problem.error instanceof SyntaxError) sayTooOld();
});
Array.prototype.forEach.call(document.querySelectorAll("script[src]"), watchScript);
