-- include: keys
-- include: ensure_lane
-- The lane of a ticket's present step and its needs; a lane that was forgotten meanwhile is made known again.
local function ticket_lane(ticket)
  local lane, policy, step = unpack(call('HMGET', key('ticket', ticket), 'lane', 'policy', 'step'))
  local needs = call('HGET', key('lane', lane), 'needs')
  if not needs then
    needs = cjson.decode(call('HGET', key('policy', policy), 'steps'))[step + 1].needs
    ensure_lane(lane, needs)
  end
  return lane, needs
end
