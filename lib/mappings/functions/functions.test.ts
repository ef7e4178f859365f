import { describe, expect, test } from 'vitest';
import { cpuTime } from '@/lib/core/testing/cpu-time';
import { evaluateExpression, uniqueCandidates } from '@/lib/mappings/evaluate';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { listFunctions } from '@/lib/mappings/functions/table';
import { parseExpression } from '@/lib/mappings/parser';
import type { SourceRecord } from '@/lib/mappings/source';
import type { Value } from '@/lib/mappings/value';

const now = new Date('2021-08-25T17:41:18Z');

function give(expression: string, source: SourceRecord = {}): Value {
  return evaluateExpression(parseExpression(expression), source, { now });
}

function refusal(expression: string, source: SourceRecord = {}): ExpressionError {
  try {
    give(expression, source);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${expression} was not refused`);
}

test('what a user group makes of a user type can be written down', () => {
  const userType = 'IIF(InStr(Join("|", [groups]), "Egnyte Power Users") > 0, "power", "standard")';
  expect(give(userType, { groups: ['All Staff', 'Egnyte Power Users'] })).toBe('power');
  expect(give(userType, { groups: ['All Staff'] })).toBe('standard');
  expect(give(userType, { groups: [] })).toBe('standard');
});

/** Entra's list, from its reference page. */
const entraFunctions =
  'Append AppRoleAssignmentsComplex BitAnd CBool CDate Coalesce ConvertToBase64 ConvertToUTF8Hex Count CStr DateAdd DateDiff DateFromNum FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr IsNull IsNullOrEmpty IsPresent IsString Item Join Left Mid NormalizeDiacritics Not Now NumFromDate PCase RandomString Redact RemoveDuplicates Replace SelectUniqueValue SingleAppRoleAssignment Split StripSpaces Switch ToLower ToUpper Word'.split(
    ' ',
  );

test('every function of Entra is there', () => {
  expect(listFunctions().map((entry) => entry.name)).toEqual(expect.arrayContaining(entraFunctions));
});

test('only what gives something else at each call counts as not pure', () => {
  const impure = listFunctions().filter((entry) => !entry.pure);
  expect(impure.map((entry) => entry.name)).toEqual(['Guid', 'Now', 'RandomString', 'SelectUniqueValue']);
});

describe('the examples of the reference give what it says', () => {
  const roles = { appRoleAssignments: ['Admin'] };
  const examples: [expression: string, source: SourceRecord, expected: Value][] = [
    ['Append([userPrincipalName], ".test")', { username: 'John.Doe@contoso.com' }, 'John.Doe@contoso.com.test'],
    ['BitAnd(&HF, &HF7)', {}, 7],
    ['CBool([attribute1] = [attribute2])', { attribute1: 'a', attribute2: 'a' }, true],
    ['CBool([attribute1] = [attribute2])', { attribute1: 'a', attribute2: 'b' }, false],
    ['CDate("2020-03-16-07:00")', {}, '3/16/2020 7:00:00 AM'],
    ['CDate("2021-06-30+08:00")', {}, '6/29/2021 4:00:00 PM'],
    ['CDate("2009-06-15T01:45:30-07:00")', {}, '6/15/2009 8:45:30 AM'],
    ['Coalesce([mail],[nickname])', { email: null, nickname: 'Joe' }, 'Joe'],
    ['Coalesce([mail], "")', {}, ''],
    ['ConvertToBase64("Hello world!")', {}, 'SABlAGwAbABvACAAdwBvAHIAbABkACEA'],
    ['ConvertToUTF8Hex("Hello world!")', {}, '48656C6C6F20776F726C6421'],
    ['Count([proxyAddresses])', { proxyAddresses: ['a', 'b'] }, 2],
    ['Count([proxyAddresses])', {}, 0],
    ['CStr([active])', { active: true }, 'True'],
    ['CStr(12)', {}, '12'],
    ['DateAdd("d", 7, CDate([hired]))', { hired: '2012-03-16-07:00' }, '3/23/2012 7:00:00 AM'],
    ['DateAdd("d", -10, CDate([hired]))', { hired: '2012-03-16-07:00' }, '3/6/2012 7:00:00 AM'],
    ['DateAdd("ww", 2, CDate([hired]))', { hired: '2012-03-16-07:00' }, '3/30/2012 7:00:00 AM'],
    ['DateAdd("m", 10, CDate([hired]))', { hired: '2012-03-16-07:00' }, '1/16/2013 7:00:00 AM'],
    ['DateAdd("yyyy", 2, CDate([hired]))', { hired: '2012-03-16-07:00' }, '3/16/2014 7:00:00 AM'],
    ['DateAdd("m", 1, "2023-01-31")', {}, '2/28/2023 12:00:00 AM'],
    ['DateDiff("d", CDate("2021-08-18+08:00"), CDate("2021-08-31+08:00"))', {}, 13],
    ['DateDiff("d", Now(), CDate("2012-03-16-07:00"))', {}, -3449],
    ['DateDiff("ww", Now(), CDate("2012-03-16-07:00"))', {}, -493],
    ['DateDiff("m", Now(), CDate("2012-03-16-07:00"))', {}, -113],
    ['DateDiff("yyyy", Now(), CDate("2012-03-16-07:00"))', {}, -9],
    ['DateDiff("d", CDate("2021-08-31+08:00"), CDate("2021-08-31+08:00"))', {}, 0],
    ['DateDiff("h", "2021-08-24", "2021-08-25")', {}, 24],
    ['DateDiff("n", "2021-08-24", "2021-08-25")', {}, 1440],
    ['DateDiff("s", "2021-08-24", "2021-08-25")', {}, 86400],
    ['DateFromNum(129699324000000000)', {}, '1/1/2012 11:00:00 PM'],
    ['FormatDateTime([x], , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")', { x: '20150123105347.1Z' }, '2015-01-23'],
    ['IgnoreFlowIfNullOrEmpty([department])', { department: 'Sales' }, 'Sales'],
    ['IIF([country]="USA",[country],[department])', { country: 'USA', department: 'HR' }, 'USA'],
    ['IIF([country]="USA",[country],[department])', { country: 'FR', department: 'HR' }, 'HR'],
    ['IIF([country]="USA",IIF([state]="CA","True","False"),"False")', { country: 'USA', state: 'CA' }, 'True'],
    ['IIF([country]="","Other",[country])', {}, 'Other'],
    ['InStr("The quick brown fox","quick")', {}, 5],
    ['InStr("repEated","e",3,vbBinaryCompare)', {}, 7],
    ['InStr("repEated","e",3,vbTextCompare)', {}, 4],
    ['IsNull([displayName])', {}, true],
    ['IsNull([displayName])', { displayName: '' }, false],
    ['IsNullOrEmpty([displayName])', { displayName: '' }, true],
    ['IsPresent([displayName])', { displayName: '' }, false],
    ['IsString([displayName])', { displayName: 'x' }, true],
    ['IsString(5)', {}, false],
    ['Item([proxyAddresses], 1)', { proxyAddresses: ['first', 'second'] }, 'first'],
    ['Item([proxyAddresses], 3)', { proxyAddresses: ['first', 'second'] }, null],
    ['Join(", ", "", [surname], [givenName])', { firstname: 'John', lastname: 'Doe' }, 'Doe, John'],
    ['Join(";", [proxyAddresses], "c")', { proxyAddresses: ['a', 'b'] }, 'a;b;c'],
    ['Left("John Doe", 3)', {}, 'Joh'],
    ['Left("John Doe", 0)', {}, ''],
    ['Left("John Doe", -1)', {}, 'John Doe'],
    ['Left([x], 3)', {}, ''],
    ['Right("John Doe", 3)', {}, 'Doe'],
    ['Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))', { firstname: 'John', lastname: 'Doe' }, 'JohDoe'],
    ['NormalizeDiacritics([givenName])', { firstname: 'Zoë' }, 'Zoe'],
    ['NormalizeDiacritics("ÅåŁłØøœÆßıñŐ")', {}, 'AaLlOEoeoeAEssinO'],
    ['Not("True")', {}, false],
    ['Not("False")', {}, true],
    ['Now()', {}, '8/25/2021 5:41:18 PM'],
    ['NumFromDate("2012-01-01T23:00:00Z")', {}, 129699324000000000],
    [
      'DateFromNum(NumFromDate(Join("", FormatDateTime([end], ,"yyyy-MM-ddzzz", "yyyy-MM-dd"), " 23:59:59-08:00")))',
      { end: '2020-12-31-08:00' },
      '1/1/2021 7:59:59 AM',
    ],
    ['FormatDateTime([end], ,"M/d/yyyy hh:mm:ss tt","yyyy-MM-dd")', { end: '7/4/2022 01:02:03 PM' }, '2022-07-04'],
    ['PCase([firstname])', { firstname: 'PABLO GONSALVES (SECOND)' }, 'Pablo Gonsalves (Second)'],
    ['PCase([lastname]," \'-")', { lastname: "PINTO-DE'SILVA" }, "Pinto-De'Silva"],
    ['PCase(Join(" ",[firstname],[lastname]))', { firstname: 'GREGORY', lastname: 'JAMES' }, 'Gregory James'],
    ['Redact([userPrincipalName])', { username: 'ana@acme.example' }, 'ana@acme.example'],
    ['RemoveDuplicates([proxyAddresses])', { proxyAddresses: ['a', 'b', 'a'] }, ['a', 'b']],
    ['Replace([t],"Product Developer", , , "Software Engineer", , )', { t: 'Product Developer' }, 'Software Engineer'],
    ['Replace([UserID],"<username>", , , , , "<username>@contoso.com")', { UserID: 'jsmith' }, 'jsmith@contoso.com'],
    [
      String.raw`Replace([phone], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", , "\${phoneNumber}", , )`.replace(
        '\\$',
        '$',
      ),
      { phone: '+91 9998887777' },
      '9998887777',
    ],
    [String.raw`Replace([mobile], , "[()\\s-]+", , "", , )`, { mobile: '+1 (999) 888-7777' }, '+19998887777'],
    [
      String.raw`Replace([line], ,"(?<streetNumber>^\\d*)","streetNumber", "888", , )`,
      { line: '545 Tremont Street' },
      '888 Tremont Street',
    ],
    ['Replace([username], , "(?<Suffix>@(.)*)", "Suffix", "", , )', { username: 'jsmith@contoso.com' }, 'jsmith'],
    [
      String.raw`Replace([phone], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", "phoneNumber" , , [mobile], )`,
      { phone: '', mobile: '+91 8887779999' },
      '8887779999',
    ],
    ['Replace([nick], , "[a-zA-Z_]*", , "", , )', { nick: 'john_doe72' }, '72'],
    ['Replace([mail], "@contoso.com", , ,"", ,)', { email: 'john.doe@contoso.com' }, 'john.doe'],
    [
      'Join("", 1000, Replace(ConvertToUTF8Hex([objectId]), , "[a-zA-Z_]*", , "", , ))',
      { id: '00aa-bb' },
      '1000303061612626'.replace('2626', '2D6262'.replace('D', '')),
    ],
    ['SingleAppRoleAssignment([appRoleAssignments])', roles, 'Admin'],
    ['AppRoleAssignmentsComplex([appRoleAssignments])', roles, [{ value: 'Admin', display: 'Admin', primary: false }]],
    ['Split([x], ",")', { x: 'PermissionSetOne, PermissionSetTwo' }, ['PermissionSetOne', 'PermissionSetTwo']],
    ['StripSpaces(" a b  c ")', {}, 'abc'],
    [
      'Switch([state], "Australia/Sydney", "NSW", "Australia/Sydney","QLD", "Australia/Brisbane")',
      { state: 'QLD' },
      'Australia/Brisbane',
    ],
    ['Switch([state], "Australia/Sydney", "QLD", "Australia/Brisbane")', { state: 'qld' }, 'Australia/Sydney'],
    ['Switch([statusFlag], "Default", "true", "1", "", "0")', {}, '0'],
    ['Switch([IsSoftDeleted], , "False", "True", "True", "False")', { active: true }, 'True'],
    ['Switch([IsSoftDeleted], , "False", "True", "True", "False")', { active: false }, 'False'],
    ['Switch([state], , "a", "b")', { state: 'c' }, null],
    [
      'ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".",  [givenName], [surname]))), "contoso.com"))',
      { firstname: 'Jo hn', lastname: 'Smíth' },
      'john.smith@contoso.com',
    ],
    ['ToUpper("istanbul", "tr-TR")', {}, 'İSTANBUL'],
    ['ToUpper([x])', {}, null],
    ['Word("The quick brown fox",3," ")', {}, 'brown'],
    ['Word("This,string!has&many separators",3,",!&#")', {}, 'has'],
    ['Word("one",2," ")', {}, ''],
    ['Word([x],1," ")', {}, ''],
    ['Word([userPrincipalName], 1, "@")', { username: 'ana', email: 'ana@acme.example' }, 'ana'],
  ];
  test.each(examples)('%s of %j', (expression, source, expected) => {
    expect(give(expression, source)).toEqual(expected);
  });
});

test('Guid is a version 4 UUID and differs each time', () => {
  expect(give('Guid()')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(give('Guid()')).not.toBe(give('Guid()'));
});

test('RandomString keeps to its minimums and leaves out what is to be avoided', () => {
  for (let round = 0; round < 200; round += 1) {
    const text = String(give('RandomString(10,2,2,2,1,"?,")'));
    expect(text).toHaveLength(10);
    expect(text.match(/\d/g)?.length).toBeGreaterThanOrEqual(2);
    expect(text.match(/[^A-Za-z0-9]/g)?.length).toBeGreaterThanOrEqual(2);
    expect(text.match(/[A-Z]/g)?.length).toBeGreaterThanOrEqual(2);
    expect(text).toMatch(/[a-z]/);
    expect(text).not.toMatch(/[?,]/);
    expect(String(give('RandomString(6,3,0,0,3)'))).toMatch(/^(?=(.*\d){3})(?=(.*[a-z]){3}).{6}$/);
  }
});

test('SelectUniqueValue gives the first value that is not taken, and says so when all are', () => {
  const expression = parseExpression('SelectUniqueValue([firstname], Append([firstname], "2"))');
  const taken = new Set(['Ana']);
  const options = { now, isTaken: (value: string) => taken.has(value) };
  expect(uniqueCandidates(expression, { firstname: 'Ana' }, options)).toEqual(['Ana', 'Ana2']);
  expect(evaluateExpression(expression, { firstname: 'Ana' }, options)).toBe('Ana2');
  taken.add('Ana2');
  expect(() => evaluateExpression(expression, { firstname: 'Ana' }, options)).toThrow(/taken/);
});

describe('a value that cannot be used is refused at its argument', () => {
  const several = { groups: ['a', 'b'] };
  const refusals: [expression: string, source: SourceRecord, message: RegExp, marked: string][] = [
    ['Left("abc", "x")', {}, /number/, '"x"'],
    ['Mid("abc", 0, 1)', {}, /start at 1/, '0'],
    ['Item([groups], 0)', several, /index 1/, '0'],
    ['ToLower([groups])', several, /2 values/, '[groups]'],
    ['CDate("31.12.2024")', {}, /not a date/, '"31.12.2024"'],
    ['CDate("2023-02-30")', {}, /not a date/, '"2023-02-30"'],
    ['DateAdd("months", 1, "2023-01-01")', {}, /interval/, '"months"'],
    ['DateAdd("toString", 1, "2023-01-01")', {}, /interval/, '"toString"'],
    ['FormatDateTime("x", , "constructor", "dd")', {}, /form constructor/, '"x"'],
    ['FormatDateTime("x", , "yyyy", "dd")', {}, /form yyyy/, '"x"'],
    ['ToLower("x", "not a culture")', {}, /culture/, '"not a culture"'],
    ['Replace("x", , "(", , "", , )', {}, /not closed/, '"("'],
    ['Replace("x", , "(?<a>x)", "b", "", , )', {}, /no group named b/, '"b"'],
    ['RandomString(3, 2, 2, 2, 2)', {}, /8 characters/, '3'],
    [
      'SingleAppRoleAssignment([appRoleAssignments])',
      { appRoleAssignments: ['a', 'b'] },
      /several roles/,
      '[appRoleAssignments]',
    ],
  ];
  test.each(refusals)('%s', (expression, source, message, marked) => {
    const error = refusal(expression, source);
    expect(error.message).toMatch(message);
    expect(expression.slice(error.position, error.position + error.length)).toBe(marked);
  });
});

test('the branch that is not taken cannot fail', () => {
  expect(give('IIF(IsPresent([hired]), CDate([hired]), "none")', { hired: '' })).toBe('none');
  expect(give('Switch("a", , "a", "yes", "b", CDate("nonsense"))')).toBe('yes');
});

test('no expression makes a text longer than 8,192 characters', () => {
  const long = { x: 'a'.repeat(8_000) };
  expect(refusal('Append([x], [x])', long).message).toMatch(/8192/);
  expect(refusal('Join("", [x], [x])', long).message).toMatch(/8192/);
  expect(refusal('Replace([x], "a", , , "bb", , )', long).message).toMatch(/8192/);
  expect(refusal('Replace([x], , "a", , "bb", , )', long).message).toMatch(/8192/);
  expect(refusal('Replace([x], "b", , , , , "bbbbbb")', long).message).toMatch(/8192/);
  expect(refusal('ConvertToUTF8Hex([x])', long).message).toMatch(/8192/);
});

test('a pattern that would keep the host busy for years is given up within a second', () => {
  const started = cpuTime();
  for (const pattern of ['^(a+)+$', '(a*)*b', '(a|a)*$', '(.*a){20}$', 'a*a*a*a*a*a*b', '((a+)?)+$']) {
    expect(refusal(`Replace([x], , "${pattern}", , "", , )`, { x: `${'a'.repeat(3_000)}!` }).message).toMatch(
      /takes too long/,
    );
  }
  expect(cpuTime() - started).toBeLessThan(3_000);
});
