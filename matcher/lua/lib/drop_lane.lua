-- include: keys
-- include: lane_words
-- Forget a lane that nobody waits in.
local function drop_lane(lane)
  local needs_json = call('HGET', key('lane', lane), 'needs')
  if not needs_json or call('ZCARD', key('wait', lane)) > 0 then
    return
  end
  local needs = cjson.decode(needs_json)
  if needs.seat ~= '' then
    call('SREM', key('named', needs.seat), lane)
  else
    local word, narrow = lane_words(needs)
    call('SREM', key('want', word), lane)
    call('SREM', key('want', narrow), lane)
    for _, profile in ipairs(call('ZRANGE', key('cp', lane), 0, -1)) do
      call('ZREM', key('pc', profile), lane)
    end
  end
  call('DEL', key('cp', lane), key('lane', lane))
  call('SREM', PREFIX .. 'lanes', lane)
end
