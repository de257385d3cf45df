import { Alert, Button, Group, Modal, NumberInput, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../changes.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { sayLife } from '../../ui/life-select.tsx';
import { guardianWords } from './messages.ts';
import { type Kind, type Made, NOUNS, type Wanted } from './rules.ts';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
const LIVES = [HOUR_S, DAY_S, 7 * DAY_S] as const;
const MOST_HOURS = 8_760;

type Life = `${number}` | 'own' | 'good';

interface LifeProps {
  withForGood: boolean;
  life: Life;
  hours: number | string;
  wrong: string | null;
  onLife(life: Life): void;
  onHours(hours: number | string): void;
}

function LifeFields({ withForGood, life, hours, wrong, onLife, onHours }: LifeProps) {
  const words = useMessages(guardianWords);
  const { language } = useLanguage();
  const data = [
    ...LIVES.map((seconds) => ({ value: String(seconds), label: sayLife(seconds, language) })),
    { value: 'own', label: words.own },
    ...(withForGood ? [{ value: 'good', label: words.forGood }] : []),
  ];
  return (
    <>
      <Select
        label={words.life}
        data={data}
        value={life}
        onChange={(chosen) => onLife(chosen as Life)}
        allowDeselect={false}
      />
      {life === 'own' && (
        <NumberInput
          label={words.hours}
          value={hours}
          onChange={onHours}
          min={1}
          max={MOST_HOURS}
          allowDecimal={false}
          hideControls
          error={wrong}
        />
      )}
    </>
  );
}

/** Whether the text can be what is asked for: the server decides. */
const LOOKS_RIGHT = {
  ip: (text: string) => /^[\d.]+(\/\d+)?$/.test(text) || /^[\da-f:.]*:[\da-f:.]*(\/\d+)?$/i.test(text),
  referrer: (text: string) => /^(\*\.)?[\p{L}\d.-]+(:\d+)?$/u.test(text),
} as const;

interface FormProps {
  of: Kind;
  /** Whether no site is allowed yet. */
  isFirst: boolean;
  onMade(made: Made): void;
  onClose(): void;
}

function useWanted({ kind }: Kind) {
  const words = useMessages(guardianWords);
  const [value, setValue] = useState('');
  const [type, setType] = useState<Wanted['type']>('deny');
  const [note, setNote] = useState('');
  const [life, setLife] = useState<Life>(kind === 'ip' ? `${DAY_S}` : 'good');
  const [hours, setHours] = useState<number | string>(48);
  const [isAsked, setAsked] = useState(false);
  const wrongValue = kind === 'ip' ? words.wrongIp : words.wrongDomain;
  const whole = Number(hours);
  const problems = {
    value: LOOKS_RIGHT[kind](value.trim()) ? null : wrongValue,
    hours: life === 'own' && !(whole >= 1 && whole <= MOST_HOURS) ? words.wrongHours : null,
  };
  const own = life === 'own' ? whole * HOUR_S : Number(life);
  const wanted: Wanted = { value: value.trim(), type, note: note.trim(), expiresIn: life === 'good' ? null : own };
  return {
    fields: { value, type, note, life, hours },
    set: { setValue, setType, setNote, setLife, setHours, setAsked },
    /** Said once somebody has tried. */
    problems: isAsked ? problems : { value: null, hours: null },
    wanted: problems.value === null && problems.hours === null ? wanted : null,
  };
}

function TypeField({ value, onChange }: { value: Wanted['type']; onChange(type: Wanted['type']): void }) {
  const words = useMessages(guardianWords);
  return (
    <Radio.Group label={words.type} value={value} onChange={(chosen) => onChange(chosen as Wanted['type'])}>
      <Stack gap="xs" mt={4}>
        <Radio value="deny" label={words.deny} description={words.denyText} />
        <Radio value="allow" label={words.allow} description={words.allowText} />
      </Stack>
    </Radio.Group>
  );
}

function Form({ of, isFirst, onMade, onClose }: FormProps) {
  const words = useMessages(guardianWords);
  const { cancel } = useMessages(common);
  const { fields, set, problems, wanted } = useWanted(of);
  const isAddress = of.kind === 'ip';
  const make = useChange({ call: of.make, of: NOUNS, onDone: onMade });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        set.setAsked(true);
        if (wanted) make.mutate(wanted);
      }}
    >
      <Stack>
        <TextInput
          label={isAddress ? words.ip : words.domain}
          description={isAddress ? words.ipHint : words.domainHint}
          value={fields.value}
          onChange={({ currentTarget }) => set.setValue(currentTarget.value)}
          error={problems.value}
          maxLength={isAddress ? 64 : 255}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        {!isAddress && <TypeField value={fields.type} onChange={set.setType} />}
        {!isAddress && isFirst && fields.type === 'allow' && (
          <Alert color="orange" title={words.firstAllowed} role="alert">
            {words.firstAllowedText}
          </Alert>
        )}
        <TextInput
          label={words.note}
          description={words.noteHint}
          value={fields.note}
          onChange={({ currentTarget }) => set.setNote(currentTarget.value)}
          maxLength={isAddress ? 100 : 500}
        />
        <LifeFields
          withForGood={!isAddress}
          life={fields.life}
          hours={fields.hours}
          wrong={problems.hours}
          onLife={set.setLife}
          onHours={set.setHours}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {cancel}
          </Button>
          <Button type="submit" color={fields.type === 'deny' ? 'red' : 'blue'} loading={make.isPending}>
            {isAddress ? words.blockDo : words.ruleDo}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A new rule: for an address, or for a site. */
export function AddRule({ opened, ...rest }: FormProps & { opened: boolean }) {
  const words = useMessages(guardianWords);
  const { close } = useMessages(common);
  return (
    <Modal
      opened={opened}
      onClose={rest.onClose}
      title={rest.of.kind === 'ip' ? words.block : words.rule}
      closeButtonProps={{ 'aria-label': close }}
    >
      <Form {...rest} />
    </Modal>
  );
}
