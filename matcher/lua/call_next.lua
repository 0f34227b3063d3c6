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
local at = call('HMGET', key('seat', seat), 'state', 'profile', 'ticket')
if not at[1] or at[1] == 'offline' then
  return { -5, seat }
elseif at[1] == 'serving' and call('HGET', key('ticket', at[3]), 'session') == session then
  return ticket_row(at[3])
elseif at[1] ~= 'idle' and at[1] ~= 'paused' then
  return { -6, at[1] }
end
local ticket = pick_ticket(seat, at[2])
if not ticket then
  return false
end
claim_ticket(ticket, seat, at[1], session)
return ticket_row(ticket)
