-- include: keys
-- include: withdraw
-- include: seat_offline
-- include: ticket_returns
-- A seat is closed.
local function sign_out_seat(seat)
  local state = call('HGET', key('seat', seat), 'state')
  if state == 'serving' then
    call('HSET', key('seat', seat), 'after', 'offline')
  elseif state and state ~= 'offline' then
    local ticket = withdraw(seat, state, 'signed_out')
    seat_offline(seat, state, 'signed_out')
    if ticket then
      ticket_returns(ticket, 'reserved', 'signed_out', seat)
    end
  end
end
