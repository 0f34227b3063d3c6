-- include: keys
-- include: able_profiles
-- include: lane_words
-- include: link
-- Make a lane known; which profiles fit is worked out here, once. A lane for one named seat ('@…') is kept at the seat.
local function ensure_lane(lane, needs_json)
  if call('EXISTS', key('lane', lane)) == 1 then
    return
  end
  local needs = cjson.decode(needs_json)
  call('HSET', key('lane', lane), 'needs', needs_json, 'district', needs.district, 'seat', needs.seat)
  call('SADD', PREFIX .. 'lanes', lane)
  if needs.seat ~= '' then
    call('SADD', key('named', needs.seat), lane)
    return
  end
  local word, narrow = lane_words(needs)
  call('SADD', key('want', word), lane)
  call('SADD', key('want', narrow), lane)
  for _, profile in ipairs(able_profiles(needs)) do
    local flex, home = unpack(call('HMGET', key('profile', profile), 'flex', 'home'))
    link(lane, needs.district, profile, tonumber(flex), home)
  end
end
