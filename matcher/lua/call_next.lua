-- A window of a hall (a seat without video) calls the next ticket and serves it at once: of two calls the
-- first gets it.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 session
-- Returns: the ticket's row, or nil when nobody waits for this seat
-- Errors: SEAT_NOT_FOUND, SEAT_NOT_IDLE
-- Events: reservation_accepted, alert_over, seat_changed
-- include: keys
-- include: pick_ticket
-- include: claim_ticket
-- include: ticket_row
local seat, session = ARGV[3], ARGV[4]
local state, profile, held = unpack(call('HMGET', key('seat', seat), 'state', 'profile', 'ticket'))
if not state or state == 'offline' then
  return { -5, seat }
elseif state == 'serving' and call('HGET', key('ticket', held), 'session') == session then
  return ticket_row(held)
elseif state ~= 'idle' and state ~= 'paused' then
  return { -6, state }
end
local ticket = pick_ticket(seat, profile)
if not ticket then
  return false
end
claim_ticket(ticket, seat, state, session)
return ticket_row(ticket)
