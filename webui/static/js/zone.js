/** The realm's time zone: pages show every time by it, wherever the browser is. */

/** The IANA name that the page carries; China's where there is no page. */
export const zone = globalThis.document?.documentElement?.dataset?.zone || "Asia/Shanghai";
