-- include: keys
-- include: fits
-- include: ability_words
-- include: wanting_lanes
-- include: link
-- Make a profile known; which lanes it fits is worked out here, once.
local function ensure_profile(profile, able_json, duty, home, flex)
  if call('EXISTS', key('profile', profile)) == 1 then
    return
  end
  local able = cjson.decode(able_json)
  call('HSET', key('profile', profile), 'able', able_json, 'duty', duty, 'home', home, 'flex', flex)
  call('SADD', PREFIX .. 'profiles', profile)
  local words, anywhere = ability_words(able)
  for _, word in ipairs(words) do
    call('SADD', key('able', word), profile)
  end
  for _, lane in ipairs(wanting_lanes(able, anywhere)) do
    local needs, district = unpack(call('HMGET', key('lane', lane), 'needs', 'district'))
    if fits(cjson.decode(needs), able) then
      link(lane, district, profile, tonumber(flex), home)
    end
  end
end
