/** PDF pages on a canvas; the legacy build, since offices keep browsers for years. */
export { GlobalWorkerOptions, getDocument, PasswordResponses, version } from "pdfjs-dist/legacy/build/pdf.mjs";
