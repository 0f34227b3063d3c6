-- include: keys
-- include: now
-- include: emit
-- include: seat_to
-- include: withdraw
-- include: ticket_returns
-- A seat takes no tickets.
local function pause_seat(seat, reason)
  local state, known = unpack(call('HMGET', key('seat', seat), 'state', 'reason'))
  if not state or state == 'offline' then
    return
  elseif state == 'serving' then
    call('HSET', key('seat', seat), 'after', reason)
  elseif state == 'paused' and known ~= reason then
    call('HSET', key('seat', seat), 'reason', reason, 'since', now)
    emit('seat_changed', 'seat', seat, 'state', 'paused', 'was', 'paused', 'reason', reason)
  elseif state ~= 'paused' then
    local ticket = withdraw(seat, state, 'paused')
    call('ZREM', PREFIX .. 'due', 'wrap|' .. seat)
    seat_to(seat, state, 'paused', reason, 0, '')
    if ticket then
      ticket_returns(ticket, 'reserved', 'paused', seat)
    end
  end
end
