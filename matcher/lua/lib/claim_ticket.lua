-- include: keys
-- include: now
-- include: count
-- include: unpark
-- include: idle_out
-- include: alert_over
-- include: next_fence
-- include: waiter_of
-- include: explained
-- include: serve
-- A waiting ticket and an idle or paused seat that fits it meet without a reservation.
local function claim_ticket(ticket, seat, state, session, account, name)
  local profile, duty = unpack(call('HMGET', key('seat', seat), 'profile', 'duty'))
  if state == 'idle' then
    idle_out(seat, profile, duty)
  end
  unpark(ticket, call('HGET', key('ticket', ticket), 'lane'))
  alert_over(ticket)
  local waiter, fence = waiter_of(ticket), string.format('%.0f', next_fence())
  waiter.reservation, waiter.fence = 'R' .. fence, fence
  waiter.account, waiter.name = account, name
  call('HSET', key('ticket', ticket), 'seat', seat, 'reservation', 'R' .. fence, 'fence', fence, 'explain', 'claim')
  call('HSET', key('seat', seat), 'reservation', 'R' .. fence, 'fence', fence, 'busy', now)
  count('claimed')
  serve(ticket, 'waiting', waiter, seat, state, session, { 'explain', explained('claim') })
end
