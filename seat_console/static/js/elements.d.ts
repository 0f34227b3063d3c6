import type { CallStage } from "#seat_console/call-stage.js";
import type { ChatBox } from "#seat_console/chat-box.js";
import type { CloseForm } from "#seat_console/close-form.js";
import type { DocumentViewer } from "#seat_console/document-viewer.js";
import type { NotesBox } from "#seat_console/notes-box.js";
import type { PriorityClaim } from "#seat_console/priority-claim.js";
import type { SeatBar } from "#seat_console/seat-bar.js";
import type { SeatTile } from "#seat_console/seat-tile.js";
import type { SeatDesk } from "#seat_console/seat-desk.js";

declare global {
  interface HTMLElementTagNameMap {
    "call-stage": CallStage;
    "chat-box": ChatBox;
    "close-form": CloseForm;
    "document-viewer": DocumentViewer;
    "notes-box": NotesBox;
    "priority-claim": PriorityClaim;
    "seat-bar": SeatBar;
    "seat-desk": SeatDesk;
    "seat-tile": SeatTile;
  }
}
