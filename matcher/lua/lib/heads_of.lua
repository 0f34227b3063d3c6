-- include: keys
-- Where the heads of the idle seats of a duty are kept: full-time seats are reserved, part-time ones alerted.
local function heads_of(duty)
  return PREFIX .. (duty == 'full' and 'idle_heads' or 'part_heads')
end
