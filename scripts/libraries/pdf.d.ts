export { GlobalWorkerOptions, getDocument, PasswordResponses, version } from "pdfjs-dist";
export type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";
