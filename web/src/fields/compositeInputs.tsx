import { AimOutlined, DeleteOutlined, UploadOutlined } from '@ant-design/icons';
import { AutoComplete, Button, Input, InputNumber, Space, Upload } from 'antd';
import { useState } from 'react';
import { fileUrl, uploadFile } from '@/api/files';
import { useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import type { Address } from './cells';
import { asText } from './inputs';
import { fieldTexts } from './texts';
import type { InputProps } from './types';
import { useDivisions } from './useDivisions';

const matching = (input: string, option?: { value: string }) => (option?.value ?? '').includes(input);

/** Province, city and district are suggested, not enforced: addresses abroad are addresses too. */
export function AddressInput({ id, value, onChange, disabled, size, status }: InputProps) {
  const t = useTexts(fieldTexts);
  const address = (typeof value === 'object' && value !== null ? value : {}) as Address;
  const set = (part: keyof Address, text: string) => {
    const next: Address = { ...address, [part]: text === '' ? null : text };
    onChange(Object.values(next).some((v) => v !== null && v !== undefined && v !== '') ? next : null);
  };
  const common = { disabled, size, status };
  const { provinces, cities, districts } = useDivisions(address.province, address.city);
  return (
    <div className="address-input">
      <AutoComplete {...common} id={id} options={provinces.map((p) => ({ value: p }))} showSearch={{ filterOption: matching }} placeholder={t('country')}
        value={address.province ?? ''} onChange={(text: string) => { set('province', text); }} />
      <AutoComplete {...common} options={cities.map((c) => ({ value: c }))} showSearch={{ filterOption: matching }} placeholder={t('city')}
        value={address.city ?? ''} onChange={(text: string) => { set('city', text); }} />
      <AutoComplete {...common} options={districts.map((d) => ({ value: d }))} showSearch={{ filterOption: matching }} placeholder={t('district')}
        value={address.district ?? ''} onChange={(text: string) => { set('district', text); }} />
      <Input {...common} className="address-street" placeholder={t('street')} value={address.street ?? ''} onChange={(e) => { set('street', e.target.value); }} />
      <Input {...common} placeholder={t('postcode')} inputMode="numeric" value={address.postcode ?? ''} onChange={(e) => { set('postcode', e.target.value); }} />
    </div>
  );
}

export function LocationInput({ id, value, onChange, disabled, size, status }: InputProps) {
  const t = useTexts(fieldTexts);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const point = (typeof value === 'object' && value !== null ? value : {}) as { latitude?: string | null; longitude?: string | null };
  const set = (latitude: string | null | undefined, longitude: string | null | undefined) => {
    onChange(latitude || longitude ? { latitude: latitude ?? null, longitude: longitude ?? null } : null);
  };
  const locate = () => {
    setBusy(true);
    setFailed(false);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => { setBusy(false); set(coords.latitude.toFixed(6), coords.longitude.toFixed(6)); },
      () => { setBusy(false); setFailed(true); },
    );
  };
  const common = { stringMode: true, precision: 6, controls: false, disabled, size, status, style: { width: '100%' } } as const;
  return (
    <>
      <Space.Compact block>
        <InputNumber<string> {...common} id={id} min="-90" max="90" placeholder={t('latitude')} value={point.latitude ?? null}
          onChange={(text) => { set(text, point.longitude); }} />
        <InputNumber<string> {...common} min="-180" max="180" placeholder={t('longitude')} value={point.longitude ?? null}
          onChange={(text) => { set(point.latitude, text); }} />
        <Button icon={<AimOutlined />} loading={busy} disabled={disabled} size={size} aria-label={t('here')} title={t('here')} onClick={locate} />
      </Space.Compact>
      {failed ? <div className="field-note">{t('hereFailed')}</div> : null}
    </>
  );
}

/** Uploads at once; the record gets the file's id when it is saved. */
export function FileInput({ id, field, value, onChange, disabled, size }: InputProps) {
  const t = useTexts(fieldTexts);
  const { failed } = useFeedback();
  const [busy, setBusy] = useState(false);
  const [uploaded, setUploaded] = useState<{ id: string; name: string }>();
  const held = asText(value);
  const image = field.type === 'image';
  const send = (file: File) => {
    setBusy(true);
    uploadFile(file)
      .then((stored) => { setUploaded(stored); onChange(stored.id, stored.name); }, failed)
      .finally(() => { setBusy(false); });
    return false;
  };
  return (
    <Space>
      {held && image && uploaded?.id !== held ? <img src={fileUrl(held)} alt="" style={{ width: 48, height: 48, objectFit: 'cover', borderRadius: 4 }} /> : null}
      {held ? (
        <a href={uploaded?.id === held ? undefined : fileUrl(held)} target="_blank" rel="noreferrer">
          {uploaded?.id === held ? uploaded.name : image ? t('image') : t('file')}
        </a>
      ) : null}
      <Upload beforeUpload={send} showUploadList={false} accept={image ? 'image/*' : undefined} disabled={disabled}>
        <Button id={id} size={size} icon={<UploadOutlined />} loading={busy} disabled={disabled}>
          {held ? t('replace') : image ? t('uploadImage') : t('upload')}
        </Button>
      </Upload>
      {held && !disabled ? <Button type="text" size={size} icon={<DeleteOutlined />} aria-label={t('removeFile')} onClick={() => { onChange(null, null); }} /> : null}
    </Space>
  );
}
