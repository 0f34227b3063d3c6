-- include: keys
-- include: now
-- include: due
-- Take a ticket out of its lane; a lane that stays empty for an hour is forgotten.
local LANE_KEPT_MS = 3600000

local function unpark(ticket, lane)
  call('ZREM', key('wait', lane), ticket)
  call('ZREM', PREFIX .. 'line', ticket)
  local head = call('ZRANGE', key('wait', lane), 0, 0, 'WITHSCORES')
  if head[2] then
    call('ZADD', PREFIX .. 'heads', head[2], lane)
  else
    call('ZREM', PREFIX .. 'heads', lane)
    due(now + LANE_KEPT_MS, 'lane', lane)
  end
end
