/** Leaves room for a soft keyboard: how high the page is that can be seen, and whether somebody types in little of it. */

/** So many pixels hold the picture, the switches, the lines and the field; in less the switches make room while one types. */
const ROOMY_PX = 560;

/** Follow the keyboard from now on. */
export function followKeyboard() {
  const view = window.visualViewport;
  const measure = () => {
    const height = view?.height ?? window.innerHeight;
    const isZoomed = (view?.scale ?? 1) > 1; // fingers made the picture larger: that is no keyboard
    const root = document.documentElement;
    if (isZoomed || height >= window.innerHeight) root.style.removeProperty("--seen-block-size");
    else root.style.setProperty("--seen-block-size", `${height}px`);
    const isTyping = document.activeElement?.matches("input:not([type=file], [type=radio], [type=checkbox]), textarea");
    document.body.toggleAttribute("data-typing", Boolean(isTyping) && !isZoomed && height < ROOMY_PX);
    if (isTyping) document.activeElement?.scrollIntoView({ block: "nearest" });
  };
  for (const sign of ["resize", "scroll"]) view?.addEventListener(sign, measure);
  for (const sign of ["focusin", "focusout"]) document.addEventListener(sign, () => requestAnimationFrame(measure));
}
