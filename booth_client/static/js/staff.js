/** Who speaks with the citizen: a name, a staff number, a department; never the name of a seat. */
import { dotted } from "#webui/dots.js";
import { gettext } from "#webui/i18n.js";

/** @import { SessionView } from "#signaling/messages.d.ts" */
/** @typedef {Pick<SessionView, "agent_name" | "staff_number" | "department">} Staff */

/** @param {Staff} session */
export function staffName({ agent_name: name = "" }) {
  return name ? gettext("Member of staff {name}", { name }) : gettext("The member of staff");
}

/** Staff number and department, in one line. @param {Staff} session */
export function staffLine({ staff_number: number = "", department = "" }) {
  return dotted([number ? gettext("staff number {number}", { number }) : "", department]);
}
