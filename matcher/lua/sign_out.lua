-- The seat is closed. A ringing ticket goes on at its old place; with a call in progress the seat closes after it.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat
-- Returns: the seat's row
-- Errors: SEAT_NOT_FOUND
-- Events: seat_changed, reservation_rescinded, ticket_returned, reservation_made
-- include: keys
-- include: withdraw
-- include: seat_offline
-- include: ticket_returns
-- include: seat_row
local seat = ARGV[3]
local state = call('HGET', key('seat', seat), 'state')
if not state then
  return { -5, seat }
elseif state == 'serving' then
  call('HSET', key('seat', seat), 'after', 'offline')
elseif state ~= 'offline' then
  local ticket = withdraw(seat, state, 'signed_out')
  seat_offline(seat, state, 'signed_out')
  if ticket then
    ticket_returns(ticket, 'reserved', 'signed_out', seat)
  end
end
return seat_row(seat)
