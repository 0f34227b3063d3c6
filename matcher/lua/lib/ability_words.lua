-- The sets that a profile is a member of, so that a new lane finds it: every level up to its own counts.
local function ability_words(able)
  local words = {}
  for _, held in ipairs(able.skills) do
    for level = 1, held.level do
      words[#words + 1] = 's:' .. held.skill .. ':' .. level
    end
  end
  for _, language in ipairs(able.languages) do
    words[#words + 1] = 'l:' .. language
  end
  for level = 1, able.authority do
    words[#words + 1] = 'a:' .. level
  end
  for _, district in ipairs(able.districts) do
    words[#words + 1] = 'd:' .. district
    if district == '*' then
      return words, true
    end
  end
  return words, false
end
