/** What the stand-in's pages say besides their chart, in each language that it speaks. */

import type { Language } from './charts.ts';

export interface Words {
  indicators: string;
  alert: string;
  publish: string;
  close: string;
  notFound: { title: string; text: string };
  notShared: { title: string; text: string };
  signIn: { title: string; text: string; button: string };
  cookies: { text: string; accept: string; manage: string };
  upgrade: { title: string; text: string; button: string };
  alertFired: { title: string; text: string; button: string };
  consent: { title: string; text: string; agree: string; refuse: string };
  connectionLimit: { title: string; text: string; button: string };
  restricted: { title: string; text: string; link: string };
}

export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    indicators: 'Indicators',
    alert: 'Alert',
    publish: 'Publish',
    close: 'Close',
    notFound: { title: 'This isn’t the page you’re looking for', text: 'There is nothing at this address.' },
    notShared: {
      title: 'This layout stays closed for you',
      text: 'Its owner can see it after signing in. Everyone else needs the owner to share it.',
    },
    signIn: { title: 'Sign in', text: 'Go on with your account.', button: 'Continue' },
    cookies: { text: 'This site keeps cookies to know you again.', accept: 'Accept all', manage: 'Manage' },
    upgrade: { title: 'More charts, no ads', text: 'Try a bigger plan for 30 days.', button: 'Start the trial' },
    alertFired: { title: 'Alert on BTCUSDT', text: 'Price crossed 67,000.00', button: 'Edit alert' },
    consent: {
      title: 'New terms for market data',
      text: 'Are you a professional subscriber?',
      agree: 'I am',
      refuse: 'I am not',
    },
    connectionLimit: {
      title: 'You are disconnected',
      text: 'This account is open elsewhere, and its plan allows no further connection.',
      button: 'Connect',
    },
    restricted: {
      title: 'Charts are closed for this account',
      text: 'Something about its activity was unusual.',
      link: 'Why this happens',
    },
  },
  es: {
    indicators: 'Indicadores',
    alert: 'Alerta',
    publish: 'Publicar',
    close: 'Cerrar',
    notFound: { title: 'Esta no es la página que buscas', text: 'En esta dirección no hay nada.' },
    notShared: {
      title: 'Este diseño no está abierto para ti',
      text: 'Su dueño lo ve al iniciar sesión. Los demás necesitan que lo comparta.',
    },
    signIn: { title: 'Inicia sesión', text: 'Sigue con tu cuenta.', button: 'Continuar' },
    cookies: { text: 'Este sitio guarda cookies para reconocerte.', accept: 'Aceptar todas', manage: 'Gestionar' },
    upgrade: {
      title: 'Más gráficos, sin anuncios',
      text: 'Prueba un plan mayor durante 30 días.',
      button: 'Empezar la prueba',
    },
    alertFired: { title: 'Alerta en BTCUSDT', text: 'El precio cruzó 67.000,00', button: 'Editar alerta' },
    consent: {
      title: 'Nuevas condiciones de los datos',
      text: '¿Eres suscriptor profesional?',
      agree: 'Lo soy',
      refuse: 'No lo soy',
    },
    connectionLimit: {
      title: 'Te has desconectado',
      text: 'Esta cuenta está abierta en otro lugar y su plan no permite otra conexión.',
      button: 'Conectar',
    },
    restricted: {
      title: 'Los gráficos están cerrados para esta cuenta',
      text: 'Su actividad fue inusual.',
      link: 'Por qué ocurre',
    },
  },
  de: {
    indicators: 'Indikatoren',
    alert: 'Alarm',
    publish: 'Veröffentlichen',
    close: 'Schließen',
    notFound: { title: 'Diese Seite suchen Sie nicht', text: 'Unter dieser Adresse gibt es nichts.' },
    notShared: {
      title: 'Dieses Layout bleibt Ihnen verschlossen',
      text: 'Der Besitzer sieht es nach der Anmeldung. Alle anderen sehen es, wenn er es teilt.',
    },
    signIn: { title: 'Anmelden', text: 'Weiter mit Ihrem Konto.', button: 'Weiter' },
    cookies: { text: 'Diese Seite erkennt Sie an Cookies wieder.', accept: 'Alle annehmen', manage: 'Verwalten' },
    upgrade: {
      title: 'Mehr Charts, keine Werbung',
      text: '30 Tage einen größeren Tarif ausprobieren.',
      button: 'Probezeit beginnen',
    },
    alertFired: { title: 'Alarm auf BTCUSDT', text: 'Kurs kreuzt 67.000,00', button: 'Alarm bearbeiten' },
    consent: {
      title: 'Neue Bedingungen für Kursdaten',
      text: 'Nutzen Sie die Daten beruflich?',
      agree: 'Ja',
      refuse: 'Nein',
    },
    connectionLimit: {
      title: 'Die Verbindung ist getrennt',
      text: 'Dieses Konto ist anderswo geöffnet, und sein Tarif erlaubt keine weitere Verbindung.',
      button: 'Verbinden',
    },
    restricted: {
      title: 'Für dieses Konto sind die Charts gesperrt',
      text: 'Seine Nutzung war ungewöhnlich.',
      link: 'Wie es dazu kommt',
    },
  },
  ja: {
    indicators: 'インジケーター',
    alert: 'アラート',
    publish: '投稿',
    close: '閉じる',
    notFound: { title: 'お探しのページではありません', text: 'このアドレスには何もありません。' },
    notShared: {
      title: 'このレイアウトは開けません',
      text: '所有者はログインすると表示できます。それ以外の方には共有が必要です。',
    },
    signIn: { title: 'ログイン', text: 'アカウントで続けます。', button: '続ける' },
    cookies: { text: 'このサイトはクッキーを保存します。', accept: 'すべて許可', manage: '設定' },
    upgrade: { title: 'もっと多くのチャートを', text: '上位プランを30日間お試しください。', button: '試してみる' },
    alertFired: { title: 'BTCUSDT のアラート', text: '価格が 67,000.00 を横切りました', button: '編集' },
    consent: {
      title: 'データ利用条件の変更',
      text: '業務でデータを利用していますか?',
      agree: 'はい',
      refuse: 'いいえ',
    },
    connectionLimit: {
      title: '接続が切れました',
      text: 'このアカウントは別の場所で開かれており、プランの接続数を超えています。',
      button: '接続する',
    },
    restricted: {
      title: 'このアカウントではチャートを利用できません',
      text: '通常と異なる利用がありました。',
      link: '理由について',
    },
  },
};
