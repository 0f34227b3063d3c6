-- include: keys
-- include: fits
-- The non-empty lanes that ask for this very seat, with their heads' scores; there are few.
local function named_heads(seat, profile)
  local heads = {}
  for _, lane in ipairs(call('SMEMBERS', key('named', seat))) do
    local score = call('ZSCORE', PREFIX .. 'heads', lane)
    if score then
      local able = cjson.decode(call('HGET', key('profile', profile), 'able'))
      if fits(cjson.decode(call('HGET', key('lane', lane), 'needs')), able) then
        heads[#heads + 1] = { name = lane, rank = tonumber(score) }
      end
    end
  end
  return heads
end
