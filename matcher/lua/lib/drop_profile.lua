-- include: keys
-- include: ability_words
-- Forget a profile that no seat is signed in with.
local function drop_profile(profile)
  local able_json = call('HGET', key('profile', profile), 'able')
  if not able_json or call('ZSCORE', PREFIX .. 'online', profile) then
    return
  end
  for _, word in ipairs((ability_words(cjson.decode(able_json)))) do
    call('SREM', key('able', word), profile)
  end
  for _, lane in ipairs(call('ZRANGE', key('pc', profile), 0, -1)) do
    call('ZREM', key('cp', lane), profile)
  end
  call('DEL', key('pc', profile), key('profile', profile))
  call('SREM', PREFIX .. 'profiles', profile)
end
