-- The seat takes no tickets, with a reason. A ringing ticket goes on at its old place; during a call the pause counts
-- from its end.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 reason
-- Returns: the seat's row
-- Errors: SEAT_NOT_FOUND
-- Events: seat_changed, reservation_rescinded, ticket_returned, reservation_made
-- include: keys
-- include: now
-- include: emit
-- include: seat_to
-- include: withdraw
-- include: ticket_returns
-- include: seat_row
local seat, reason = ARGV[3], ARGV[4]
local row = call('HMGET', key('seat', seat), 'state', 'reason')
local state = row[1]
if not state or state == 'offline' then
  return { -5, seat }
elseif state == 'serving' then
  call('HSET', key('seat', seat), 'after', reason)
  return seat_row(seat)
elseif state == 'paused' then
  if row[2] ~= reason then
    call('HSET', key('seat', seat), 'reason', reason, 'since', now)
    emit('seat_changed', 'seat', seat, 'state', 'paused', 'was', 'paused', 'reason', reason)
  end
  return seat_row(seat)
end
local ticket = withdraw(seat, state, 'paused')
call('ZREM', PREFIX .. 'due', 'wrap|' .. seat)
call('HDEL', key('seat', seat), 'reservation', 'fence', 'deadline')
seat_to(seat, state, 'paused', reason, 0, '')
if ticket then
  ticket_returns(ticket, 'reserved', 'paused', seat)
end
return seat_row(seat)
